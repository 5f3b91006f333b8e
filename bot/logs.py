"""Keep what people wrote out of the logs."""

import logging

from aiohttp import ClientError
from rasa.utils.endpoints import ClientResponseError


class WithoutBodies(logging.Filter):
    """Drops the traceback of a failed call to the action server: it holds the whole conversation."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            if isinstance(error, (ClientResponseError, ClientError)):
                record.exc_info, record.exc_text = None, None
                break
            error = error.__cause__ or error.__context__
        return True
