"""What a route is given, and how it fails."""

from dataclasses import dataclass, field

from desk.errors import DeskError

TIMEOUT_S = 10.0


class NotSent(DeskError):
    """The alert did not go out; the text says why, for an administrator."""


@dataclass(frozen=True)
class Target:
    """One address, and the language that is read there."""

    means: str
    address: str
    language: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Message:
    """What an alert says; nothing of the person's story. `key` is the same in every attempt."""

    key: str
    subject: str
    text: str
    short: str
    claim: str = ""  # what a button to take the request says; "" for none
    reference: str = ""
    event: dict[str, object] = field(default_factory=dict)
