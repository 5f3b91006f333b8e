"""What every channel does with a message: bound it, hand it over, and never leave a person without an answer."""

import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.topics import topic_of

logger = logging.getLogger(__name__)
LONGEST_TEXT = 2000  # characters; what comes after is not read


class Recorder(CollectingOutputChannel):
    """Keeps each reply whole, with the language it is written in."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep text, buttons and language."""
        kept = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        language = (message.get("metadata") or {}).get("language") or message.get("language")
        await self._persist_message(
            {"recipient_id": recipient_id, **kept, **({"language": language} if language else {})}
        )


async def receive(agent: Agent, message: UserMessage) -> list[dict[str, Any]]:
    """Handle a message whose output channel is a Recorder, and return the replies: at least one."""
    message.text = (message.text or "")[:LONGEST_TEXT]
    try:
        await agent.handle_message(message)
    except Exception as error:  # whatever broke, the person must hear so
        logger.exception(
            "a message of channel %s could not be handled (%s)", message.input_channel, type(error).__name__
        )
        message.output_channel.messages.clear()
    if not message.output_channel.messages:
        await say_trouble(agent, message)
    return message.output_channel.messages


async def say_trouble(agent: Agent, message: UserMessage) -> None:
    """The action server is down or something broke: still answer a question, else say so and name a number."""
    channel: OutputChannel = message.output_channel
    tracker = await _tracker(agent, message.sender_id)
    asked = topic_of(tracker.latest_message.parse_data) if tracker.latest_message else None
    for name in ([f"utter_faq/{asked}"] if asked else []) + ["utter_trouble"]:
        await channel.send_response(message.sender_id, await agent.nlg.generate(name, tracker, channel.name()))


async def _tracker(agent: Agent, sender_id: str) -> DialogueStateTracker:
    """The conversation so far; an empty one when the tracker store is away too."""
    try:
        return await agent.tracker_store.get_or_create_tracker(sender_id)
    except Exception as error:  # any driver's own error
        logger.error("the tracker store does not answer (%s)", type(error).__name__)
        return DialogueStateTracker(sender_id, agent.domain.slots)
