"""Where the files of models lie."""

from pathlib import Path

from django.conf import settings

from desk.registry import ROOT

OF_FILES = ROOT / "models" / "assistant.tar.gz"  # what `make train` made


def folder() -> Path:
    """The models that were trained here."""
    return settings.VAR / "models"


def path_of(fingerprint: str) -> Path:
    """The file of a model."""
    return folder() / f"{fingerprint}.tar.gz"


def workplace(run: int) -> Path:
    """Where a training works; it may be deleted when it ended."""
    return settings.VAR / "training" / str(run)
