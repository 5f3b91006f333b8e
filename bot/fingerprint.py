"""What a trained model holds, in one number: the same training data gives the same number, whenever it was trained."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

METADATA = "metadata.json"
OF_ITS_TRAINING = {"trained_at", "model_id", "output_fingerprint"}  # new each time


def fingerprint_of(archive: Path) -> str:
    """SHA-256 over names and contents of all files of a model, without the times and ids of its training."""
    with tarfile.open(archive) as packed:
        files = {member.name.lstrip("./"): packed.extractfile(member).read() for member in packed if member.isfile()}
    found = hashlib.sha256()
    for name, content in sorted(files.items()):
        content = _lasting(content) if name == METADATA else content
        found.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()


def _lasting(metadata: bytes) -> bytes:
    return json.dumps(json.loads(metadata, object_pairs_hook=_without_training), sort_keys=True).encode()


def _without_training(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name not in OF_ITS_TRAINING}
