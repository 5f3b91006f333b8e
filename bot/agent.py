"""Rasa's agent, with our runner of models and a tracker that is quick to copy."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Any

from rasa.core import agent, processor
from rasa.core.actions.action import Action, action_for_name_or_text
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import OutputChannel
from rasa.core.lock_store import LockStore
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.model import get_latest_model
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_json_file
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.errors import ModelMissing
from bot.runner import SequentialRunner

FILES = "files"  # the fingerprint of the model that belongs to the files: `make train` made it


class SafeTrackerStore(FailSafeTrackerStore):
    """Rasa's wrapper, whose new conversations are those of the store inside."""

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """An empty conversation."""
        return self._tracker_store.init_tracker(sender_id)


class PredictionStorage(LocalModelStorage):
    """A model's parts without the plan of its training: that names classes which import TensorFlow."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        serialized = read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        return ModelMetadata.from_dict({**serialized, "train_schema": {"nodes": {}}})


class MessageProcessor(processor.MessageProcessor):
    """Rasa's processor with SequentialRunner."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        archive = Path(model_path if Path(model_path).is_file() else get_latest_model(str(model_path)) or "")
        if not archive.is_file():
            raise ModelMissing(f"there is no trained model at {model_path}: run `make train`")
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            loaded = loader.load_predict_graph_runner(Path(folder), archive, PredictionStorage, SequentialRunner)
        return archive.name, *loaded

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """After a reply we listen: no rule says anything else, and a test says so. Only forms go on."""
        if not is_answered(tracker):
            return super().predict_next_with_tracker_if_should(tracker)
        listen = action_for_name_or_text(ACTION_LISTEN_NAME, self.domain, self.action_endpoint)
        return listen, PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME)

    async def _run_prediction_loop(self, output_channel: OutputChannel | None, tracker: DialogueStateTracker) -> None:
        """A channel that wants the conversation with what was said to a message is given it."""
        await super()._run_prediction_loop(output_channel, tracker)
        if hasattr(output_channel, "tracker"):
            output_channel.tracker = tracker

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Slots are filled from entities, or by our forms themselves: without entities there is nothing to do."""
        if tracker.latest_message and tracker.latest_message.entities:
            return await super().run_action_extract_slots(output_channel, tracker)
        return tracker

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Rasa builds an empty domain to compare, each time. Our classifier knows the domain's intents only: a test says so."""


def is_answered(tracker: DialogueStateTracker) -> bool:
    """Whether the last action was a reply outside any form."""
    is_reply = (tracker.latest_action_name or "").startswith(UTTER_PREFIX)
    return is_reply and not tracker.active_loop_name and not tracker.followup_action


class Agent(agent.Agent):
    """Rasa's agent with the classes above."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        return SafeTrackerStore(agent.Agent._create_tracker_store(store, domain)._tracker_store)

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Take a model into use. Raises ModelMissing."""
        self.use(self.processor_of(model_path), fingerprint)

    def processor_of(self, model_path: str | Path) -> MessageProcessor:
        """A model that is ready to be used; the one in use stays. Raises ModelMissing."""
        return MessageProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )

    def use(self, loaded: MessageProcessor, fingerprint: str | None) -> None:
        """Take a model over in one go: a message that is being answered is answered by the one it began with."""
        self.processor = loaded
        self.domain = self.tracker_store.domain = self.processor.domain
        self.nlg.responses = self.domain.responses
        self._set_fingerprint(fingerprint)


async def build_agent(endpoints: AvailableEndpoints, loop: AbstractEventLoop | None = None) -> Agent:
    """The agent of endpoints.yml, without a model yet."""
    broker = await EventBroker.create(endpoints.event_broker, loop=loop)
    return Agent(
        generator=endpoints.nlg,
        tracker_store=TrackerStore.create(endpoints.tracker_store, event_broker=broker),
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=endpoints.action,
        model_server=endpoints.model,
    )
