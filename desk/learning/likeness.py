"""Which messages say nearly the same."""

from collections.abc import Sequence

ALIKE = 0.4  # cosine of the letters of two messages


def groups_of(texts: Sequence[str], alike: float = ALIKE) -> list[list[int]]:
    """The places of texts that are alike; each group begins with its first text, to which the others are near."""
    if not texts:
        return []
    near = _nearness(texts) >= alike
    groups, free = [], set(range(len(texts)))
    for place in range(len(texts)):
        if place in free:
            members = [place, *(other for other in near[place].nonzero()[1] if other in free and other != place)]
            free.difference_update(members)
            groups.append(sorted(map(int, members)))
    return groups


def _nearness(texts: Sequence[str]):  # noqa: ANN202  (a sparse matrix of scipy)
    """The likeness of each text to each other, 0 to 1."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second: only for this page

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), strip_accents="unicode", sublinear_tf=True)
    try:
        found = letters.fit_transform(texts)
    except ValueError:  # no text has a letter
        found = TfidfVectorizer(analyzer="char", lowercase=False).fit_transform([text or " " for text in texts])
    return (found @ found.T).tocsr()
