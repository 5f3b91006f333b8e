"""Give every conversation the id of the first key in CONVERSATION_KEY: `python -m bot.channels.rekey`, while nothing runs."""

import os

import sqlalchemy as sa

from desk.conversations.identity import ConversationUnknown, conversation_renamed
from desk.conversations.services import conversations_rename
from desk.management.commands.serve import tracker_store_url


def trackers_rename(address: str) -> int:
    """Rename the conversations of Rasa's tracker store. Returns how many were renamed."""
    count = 0
    with sa.create_engine(address).begin() as database:
        if not sa.inspect(database).has_table("events"):
            return 0
        for (old,) in database.execute(sa.text("SELECT DISTINCT sender_id FROM events")).fetchall():
            try:
                new = conversation_renamed(old)
            except ConversationUnknown:  # the web chat's, or made with a key that is lost
                continue
            if new != old:
                database.execute(
                    sa.text("UPDATE events SET sender_id = :new WHERE sender_id = :old"), {"new": new, "old": old}
                )
                count += 1
    return count


if __name__ == "__main__":
    trackers = trackers_rename(tracker_store_url(os.environ.get("DATABASE_URL", "")))
    print(
        f"{conversations_rename()} conversations of the desk and {trackers} of the dialogue server have their new id."
    )
