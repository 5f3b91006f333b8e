"""Imports go one way: bot and actions may use the desk, the desk uses neither."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DESK_FOR_BOT = ("desk.content", "desk.programmes", "desk.datafiles", "desk.errors")
# What comes in and goes out on the phone is kept in the desk's database.
DESK_FOR_CHANNELS = (
    *DESK_FOR_BOT,
    "desk.conversations",
    "desk.learning",
    "desk.alerts",
    "desk.database",
    "desk.registry",
    "desk.management",
)
DJANGO_FOR_CHANNELS = ("django.apps", "django.conf", "django.db.Error", "django.utils.timezone")
BOT_FOR_ACTIONS = ("bot.answers",)


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path, root: Path = ROOT) -> set[str]:
    """Dotted names of all that a file imports, also inside functions; `from a import b` counts as a.b."""
    package = path.relative_to(root).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (
                [*package[: len(package) - node.level], *filter(None, [node.module])] if node.level else [node.module]
            )
            found |= {".".join([*base, alias.name]) for alias in node.names}
    return found


def is_in(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def offences(room: str, *, forbidden: tuple[str, ...], but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in sorted(imports(path))
        if is_in(name, forbidden) and not is_in(name, but)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import bot.nlg",
        "from bot import nlg",
        "def late():\n    import bot.nlg",
        "from ..bot import nlg",
        "import bot.nlg as writer",
    ],
)
def test_every_form_of_import_is_seen(tmp_path, source):
    (tmp_path / "desk").mkdir()
    path = tmp_path / "desk" / "views.py"
    path.write_text(source)
    assert imports(path, tmp_path) == {"bot.nlg"}


@pytest.mark.parametrize("room", ["desk", "bot", "actions"])
def test_every_room_has_sources(room):
    assert len(sources(room)) > 3


def test_desk_imports_neither_bot_nor_actions_nor_rasa():
    assert offences("desk", forbidden=("bot", "actions", "rasa", "rasa_sdk")) == []


def outside_channels(found: list[str]) -> list[str]:
    return [offence for offence in found if not offence.startswith("bot/channels/")]


def test_bot_imports_of_the_desk_only_what_needs_no_database_but_in_its_channels():
    assert outside_channels(offences("bot", forbidden=("desk",), but=DESK_FOR_BOT)) == []
    assert offences("bot/channels", forbidden=("desk",), but=DESK_FOR_CHANNELS) == []


def test_bot_imports_neither_actions_nor_django_but_its_reader_of_templates():
    allowed = ("django.utils.translation.template",)
    assert outside_channels(offences("bot", forbidden=("django", "actions"), but=allowed)) == []
    assert offences("bot/channels", forbidden=("django", "actions"), but=DJANGO_FOR_CHANNELS) == []


def test_channels_write_by_services_and_read_by_selectors():
    changes = [
        f"{path.name}: {method}"
        for path in sources("bot/channels")
        for method in (".objects", ".save(", ".delete(", ".bulk_create(")
        if method in path.read_text(encoding="utf-8")
    ]
    assert changes == []


@pytest.mark.parametrize("room", ["desk/content", "desk/programmes", "desk/datafiles.py", "desk/errors.py"])
def test_what_the_bot_may_import_of_the_desk_needs_no_django(room):
    paths = [ROOT / room] if room.endswith(".py") else sources(room)
    names = {name for path in paths for name in imports(path)}
    assert paths
    assert not [
        name for name in names if is_in(name, ("django",)) or is_in(name, ("desk",)) and not is_in(name, DESK_FOR_BOT)
    ]


def test_actions_import_of_the_bot_only_how_answers_are_read():
    assert offences("actions", forbidden=("bot",), but=BOT_FOR_ACTIONS) == []


def test_actions_do_not_import_rasa():
    assert offences("actions", forbidden=("rasa",)) == []


@pytest.mark.parametrize("name", BOT_FOR_ACTIONS)
def test_what_actions_import_of_the_bot_does_not_load_rasa(name):
    path = ROOT / f"{name.replace('.', '/')}.py"
    assert not [
        found
        for found in imports(path)
        if is_in(found, ("rasa",)) or is_in(found, ("bot",)) and not is_in(found, BOT_FOR_ACTIONS)
    ]
