"""Read what there is to learn."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from desk.learning.likeness import groups_of
from desk.learning.models import Message

MOST_READ = 1000  # messages, the newest
MOST_NEAREST = 3
MOST_SHOWN = 8  # wordings of one group


@dataclass(frozen=True)
class Group:
    """Messages that say nearly the same, in one language."""

    messages: list[Message]  # the newest first

    @property
    def text(self) -> str:
        """The newest wording."""
        return self.messages[0].text

    @property
    def wordings(self) -> list[str]:
        """The other wordings, each once."""
        return list(dict.fromkeys(message.text for message in self.messages if message.text != self.text))[:MOST_SHOWN]

    @property
    def language(self) -> str:
        return self.messages[0].language

    @property
    def keys(self) -> str:
        """The keys of the messages, for a form."""
        return " ".join(str(message.pk) for message in self.messages)

    @property
    def count(self) -> int:
        return len(self.messages)

    @property
    def at(self) -> datetime:
        return self.messages[0].at

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """What became of the messages, in words, and of how many."""
        return Counter(str(message.get_kind_display()) for message in self.messages).most_common()

    @property
    def unhelpful(self) -> list[str]:
        """The answers that did not help."""
        return sorted({message.topic for message in self.messages if message.topic})

    @property
    def nearest(self) -> list[str]:
        """What the messages could mean, the likeliest first."""
        votes: Counter[str] = Counter()
        for message in self.messages:
            for place, name in enumerate(message.nearest):
                votes[name] += MOST_NEAREST - place
        return [name for name, _ in votes.most_common(MOST_NEAREST)]


def message_groups(*, language: str = "", kind: str = "") -> list[Group]:
    """The messages grouped by language and likeness, the largest group first, of equal ones the newest."""
    wanted = {name: value for name, value in (("language", language), ("kind", kind)) if value}
    newest = Message.objects.filter(**wanted).order_by("-at", "-pk")[:MOST_READ]
    found = []
    for _, rows in groupby(sorted(newest, key=lambda row: row.language), key=lambda row: row.language):
        messages = list(rows)  # still the newest first: sorting keeps the order
        found += [
            Group([messages[at] for at in places]) for places in groups_of([message.text for message in messages])
        ]
    return sorted(found, key=lambda group: (-group.count, -group.at.timestamp()))


def message_languages() -> list[str]:
    """The languages of the messages that wait."""
    return sorted(set(Message.objects.order_by().values_list("language", flat=True).distinct()))
