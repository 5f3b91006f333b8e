"""The same system with `DATABASE_URL`: desk and tracker store share one PostgreSQL server."""

from pathlib import Path

from system import Person, System


def test_a_callback_is_saved_and_erased_on_postgresql(postgresql_url: str, tmp_path: Path):
    system = System(tmp_path / "var", {"DATABASE_URL": postgresql_url})
    try:
        system.start("dialogue", "actions")
        person = Person(system, "on-postgresql")
        person.types("i want to talk to a person")
        for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"en"', '"any"', '"other"', '"send"'):
            person.taps(answer)
        assert "/callback_change" in person.payloads
        assert system.manage("worker", "--once") == ""
        assert len(system.mails()) == 2
        for _ in range(40):
            person.types("how long does it take")
        person.types("delete my data")
        person.taps("/erase_my_data")
        person.types("when will you call me, nobody called")
        assert "/request_callback" in person.payloads, "nothing is known any more"
        assert not (tmp_path / "var" / "tracker.sqlite3").exists()
    finally:
        system.stop()
