"""Tell Rasa's training which answers exist: data/faq/ is their home, not domain.yml."""

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.topics import FAQ
from desk.content.selectors import topics


class FaqImporter(RasaFileImporter):
    """Rasa's own importer plus one response for each topic. Named in config.yml."""

    def get_domain(self) -> Domain:
        """The domain with `utter_faq/<topic>` responses (English source text)."""
        answers = {f"utter_{FAQ}/{name}": [{"text": topic.answer}] for name, topic in topics().items()}
        return super().get_domain().merge(Domain.from_dict({"version": "3.1", "responses": answers}))
