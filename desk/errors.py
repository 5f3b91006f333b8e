"""Every error that the desk raises on purpose."""


class DeskError(Exception):
    """Base of all; its text says what to do."""


class DataError(DeskError):
    """A file under data/ is wrong: names the file and the field."""


class SettingError(DeskError):
    """A setting is missing or wrong: names it."""


class CallbackNotFound(DeskError):
    """The conversation has no open callback request."""


class Refused(DeskError):
    """A step that a request does not allow now; its text, already translated, says why and what to do.

    `field` is the field of the form that is wrong, if one is.
    """

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field
