"""Every error that the dialogue server raises on purpose."""


class BotError(Exception):
    """Base of all; its text says what to do."""


class ResponseMissing(BotError):
    """An action named a response that domain.yml does not have."""
