"""What Rasa's training learns from data/faq/ and the buttons: which answers exist, and that a button's title can be typed."""

import re
from collections import Counter
from collections.abc import Iterator

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.topics import FAQ
from desk.content.i18n import LANGUAGES, translate
from desk.content.selectors import topics

_PLAIN_PAYLOAD = re.compile(r"^/([a-z_]+)$")


class FaqImporter(RasaFileImporter):
    """Rasa's own importer plus one response and the titles of each topic. Named in config.yml."""

    def get_domain(self) -> Domain:
        """The domain with `utter_faq/<topic>` responses (English source text)."""
        answers = {f"utter_{FAQ}/{name}": [{"text": topic.answer}] for name, topic in topics().items()}
        return super().get_domain().merge(Domain.from_dict({"version": "3.1", "responses": answers}))

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The messages of data/nlu/ and the titles of buttons in every language."""
        messages = super().get_nlu_data(language)
        known = {(example.get("text"), example.get_full_intent()) for example in messages.intent_examples}
        titles = [
            message
            for message in self._titles(messages.intents)
            if (message.get("text"), message.get("intent")) not in known
        ]
        return in_order(messages.merge(TrainingData(training_examples=titles)))

    def _titles(self, intents: set[str]) -> Iterator[Message]:
        for intent, title in sorted({*topic_titles(), *button_titles(super().get_domain())}):
            for language in LANGUAGES if intent.startswith(FAQ) or intent in intents else ():
                text = translate(language, title)
                yield Message.build(text, intent, intent_metadata={"language": language})


def in_order(messages: TrainingData) -> TrainingData:
    """Sorted, so that the same messages give the same model, whatever file they stand in."""
    messages.training_examples.sort(
        key=lambda message: (message.get_full_intent(), message.get("text"), str(message.get("metadata")))
    )
    return messages


def topic_titles() -> Iterator[tuple[str, str]]:
    """(intent, title) of each topic."""
    return ((f"{FAQ}/{name}", topic.title) for name, topic in topics().items())


def button_titles(domain: Domain) -> Iterator[tuple[str, str]]:
    """(intent, title) of the buttons that only name an intent, such as "Talk to a person"; no title that names two."""
    buttons = [button for items in domain.responses.values() for item in items for button in item.get("buttons", [])]
    matches = {(match[1], button["title"]) for button in buttons if (match := _PLAIN_PAYLOAD.match(button["payload"]))}
    titles = Counter(title for _, title in matches)
    return ((intent, title) for intent, title in matches if titles[title] == 1)
