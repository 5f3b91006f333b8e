"""What every channel does with a message: bound it, hand it over, and never leave a person without an answer."""

import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.asked import note_message
from bot.logs import place_of
from bot.topics import topic_of

logger = logging.getLogger(__name__)
LONGEST_TEXT = 2000  # characters; what comes after is not read
INNER = ("utter_action", "personal", "share_contact")  # for our channels only
KEPT = ("text", "buttons", "custom", "language", *INNER)


class Recorder(CollectingOutputChannel):
    """Keeps each reply whole, with its language and the name of its response, and the conversation as it then is."""

    tracker: DialogueStateTracker | None = None

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep what channels need to show it."""
        await self._persist_message({"recipient_id": recipient_id, **kept(message)})


def kept(message: dict[str, Any]) -> dict[str, Any]:
    """Text, buttons, language and the like of a reply, whether Rasa gives its metadata apart or not."""
    values = {**(message.get("metadata") or {}), **message}
    return {key: values[key] for key in KEPT if values.get(key)}


async def receive(agent: Agent, message: UserMessage) -> list[dict[str, Any]]:
    """Handle a message whose output channel is a Recorder, and return the replies: at least one."""
    message.text = (message.text or "")[:LONGEST_TEXT]
    try:
        await agent.handle_message(message)
    except Exception as error:  # whatever broke, the person must hear so
        logger.error("a message of channel %s could not be handled (%s)", message.input_channel, place_of(error))
        message.output_channel.messages.clear()
    if not message.output_channel.messages:
        await say_trouble(agent, message)
    note_message(message.output_channel.tracker)
    return message.output_channel.messages


async def say_trouble(agent: Agent, message: UserMessage) -> None:
    """The action server is down or something broke: still answer a question, else say so and name a number."""
    channel: OutputChannel = message.output_channel
    tracker = await tracker_get(agent, message.sender_id)
    asked = topic_of(tracker.latest_message.parse_data) if tracker.latest_message else None
    for name in ([f"utter_faq/{asked}"] if asked else []) + ["utter_trouble"]:
        await channel.send_response(message.sender_id, await agent.nlg.generate(name, tracker, channel.name()))


async def tracker_get(agent: Agent, sender_id: str) -> DialogueStateTracker:
    """The conversation so far; an empty one when the tracker store is away too."""
    try:
        known = await agent.tracker_store.retrieve(sender_id)
    except Exception as error:  # any driver's own error
        logger.error("the tracker store does not answer (%s)", type(error).__name__)
        known = None
    return known or DialogueStateTracker(sender_id, agent.domain.slots)
