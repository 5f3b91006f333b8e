"""Read the YAML files under data/ and say plainly what is wrong in them."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML, YAMLError

from desk.errors import DataError

DATA = Path(__file__).resolve().parent.parent / "data"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises DataError naming the file and the line."""
    try:
        return _read(path.read_text(encoding="utf-8"))
    except (YAMLError, ValueError) as error:  # ValueError: not UTF-8, or a date that does not exist
        raise DataError(f"{path.name}: this is not valid YAML in UTF-8: {error}") from error


def _read(text: str) -> Any:
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:  # the quick reader refuses some that is right, such as {title: Combien ?}
        return YAML(typ="safe", pure=True).load(text)


def parse_record(model: type, values: Any, where: str) -> Any:
    """Build a pydantic model. Raises DataError naming the file and each wrong field."""
    try:
        return model.parse_obj(values)
    except ValidationError as error:
        lines = (f"{where}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise DataError("\n".join(lines)) from error
