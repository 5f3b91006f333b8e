"""The components of config.yml, trained once per session on the real examples."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def training_data():
    from rasa.shared.nlu.training_data.loading import load_data

    from bot.nlu.normalise import Normaliser

    return Normaliser().process_training_data(load_data(str(ROOT / "data" / "nlu")))


@pytest.fixture(scope="session")
def storage(tmp_path_factory):
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    return LocalModelStorage.create(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def identifier(training_data, storage):
    """The language component, trained and loaded again from its file."""
    from rasa.engine.storage.resource import Resource

    from bot.nlu.language import LanguageIdentifier

    resource = LanguageIdentifier.create({}, storage, Resource("language"), None).train(training_data)
    return LanguageIdentifier.load({}, storage, resource, None)


@pytest.fixture(scope="session")
def classifier(training_data, storage):
    """The classifier, trained and loaded again from its file."""
    from rasa.engine.storage.resource import Resource

    from bot.nlu.classify import TopicClassifier

    config = TopicClassifier.get_default_config()
    resource = TopicClassifier.create(config, storage, Resource("topics"), None).train(training_data)
    return TopicClassifier.load(config, storage, resource, None)


@pytest.fixture
def read(domain):
    """A message as it comes out of the first two components."""
    from rasa.shared.nlu.training_data.message import Message

    from bot.nlu.normalise import Normaliser
    from bot.nlu.payload import PayloadReader

    def process(text, typed=True):
        messages = [Message(data={"text": text, "metadata": {"typed": True} if typed else {}})]
        return Normaliser().process(PayloadReader().process(messages, domain))[0]

    return process


@pytest.fixture
def understand(read, identifier, classifier):
    """A message as it comes out of the whole pipeline, in a conversation."""
    from bot.nlu.context import ContextReader

    def process(text, tracker=None, typed=True):
        messages = identifier.process([read(text, typed)], tracker)
        return ContextReader().process(classifier.process(messages), tracker)[0]

    return process
