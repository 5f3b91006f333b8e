"""Every error that the dialogue server raises on purpose."""


class BotError(Exception):
    """Base of all; its text says what to do."""


class ResponseMissing(BotError):
    """An action named a response that domain.yml does not have."""


class SettingMissing(BotError):
    """A channel cannot work without a setting: names it."""


class MessageBusy(BotError):
    """Another process handles this message at the moment; the provider should repeat it."""


class SendError(BotError):
    """A provider did not take a message. Its text is the provider's short error, never the message."""


class NotNow(SendError):
    """The provider is busy or away; try again, after `after_s` seconds if it said so."""

    def __init__(self, text: str, after_s: float | None = None) -> None:
        super().__init__(text)
        self.after_s = after_s


class Unreachable(SendError):
    """The person blocked the assistant, left, or does not exist."""


class WindowClosed(SendError):
    """The channel allows no message now: the person has not written for too long."""


class Refused(SendError):
    """The provider will never take this message."""


class ModelMissing(BotError):
    """There is no trained model."""
