"""When two messages are nearly the same. All texts here are normalised (desk/content/spelling.py)."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist, extract

LIKE = 85  # of 100: two messages that differ in a word or a few letters


def alike(texts: Sequence[str]) -> list[tuple[int, int]]:
    """The places of each two texts that are nearly the same."""
    scores = np.triu(cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=LIKE, dtype=np.uint8, workers=-1), k=1)
    return list(zip(*map(np.ndarray.tolist, np.nonzero(scores)), strict=True))


def nearest(text: str, texts: Sequence[str], most: int = 3) -> list[int]:
    """The places of those texts that are nearly the same as one, the likest first."""
    return [place for _, _, place in extract(text, texts, scorer=fuzz.ratio, score_cutoff=LIKE, limit=most)]
