"""One number for what a model holds."""

import io
import json
import tarfile

import pytest

from bot.fingerprint import fingerprint_of

FILES = {
    "metadata.json": {"trained_at": "today", "model_id": "1", "domain": {"intents": ["greet"]}},
    "a/weights": "xyz",
}


@pytest.fixture
def packed(tmp_path):
    """Builds an archive."""

    def build(files: dict, when: int = 0) -> str:
        path = tmp_path / "model.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                body = (content if isinstance(content, str) else json.dumps(content)).encode()
                member = tarfile.TarInfo(name)
                member.size, member.mtime = len(body), when
                archive.addfile(member, io.BytesIO(body))
        return fingerprint_of(path)

    return build


def test_when_it_was_trained_and_packed_does_not_count(packed):
    later = {**FILES, "metadata.json": {**FILES["metadata.json"], "trained_at": "later", "model_id": "2"}}
    assert packed(FILES) == packed(dict(reversed(later.items())), when=99)


@pytest.mark.parametrize(
    "other",
    [
        {**FILES, "a/weights": "xyZ"},
        {**FILES, "b": ""},
        {"metadata.json": FILES["metadata.json"], "b/weights": "xyz"},
        {**FILES, "metadata.json": {"domain": {"intents": ["thank"]}}},
    ],
    ids=["weights", "one more", "a name", "the domain"],
)
def test_what_it_holds_counts(packed, other):
    assert packed(FILES) != packed(other)
    assert len(packed(FILES)) == 64
