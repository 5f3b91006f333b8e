"""Keep what people wrote out of the logs."""

import logging
import traceback

from aiohttp import ClientError
from rasa.utils.endpoints import ClientResponseError


def place_of(error: BaseException) -> str:
    """Kind and place of an error, for a log: its own words may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


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
