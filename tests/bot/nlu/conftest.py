"""The components of config.yml out of the trained model: `make test` trains it when what it is made of has changed."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MODEL = ROOT / "models" / "assistant.tar.gz"


@pytest.fixture(scope="session")
def training_data():
    from rasa.shared.nlu.training_data.loading import load_data

    from bot.nlu.normalise import Normaliser

    return Normaliser().process_training_data(load_data(str(ROOT / "data" / "nlu")))


@pytest.fixture(scope="session")
def storage(tmp_path_factory):
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    storage, _ = LocalModelStorage.from_model_archive(tmp_path_factory.mktemp("model"), MODEL)
    return storage


@pytest.fixture(scope="session")
def identifier(storage):
    """The language component of the trained model."""
    from rasa.engine.storage.resource import Resource

    from bot.nlu.language import LanguageIdentifier

    return LanguageIdentifier.load({}, storage, Resource("train_bot.nlu.language.LanguageIdentifier2"), None)


@pytest.fixture(scope="session")
def classifier(storage):
    """The classifier of the trained model."""
    from rasa.engine.storage.resource import Resource

    from bot.nlu.classify import TopicClassifier

    config = TopicClassifier.get_default_config()
    return TopicClassifier.load(config, storage, Resource("train_bot.nlu.classify.TopicClassifier3"), None)


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
