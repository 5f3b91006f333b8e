"""Stop and erase."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.callback import open_request
from actions.message import read_message
from desk.conversations.services import conversation_erase, conversation_stop
from desk.database import in_database


class ActionEraseMyData(Action):
    """Two taps: ask, then delete. The tracker store deletes the conversation when `erased` is set."""

    def name(self) -> str:
        return "action_erase_my_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        said = read_message(tracker)
        if said.answer != "yes" and said.intent != "affirm":
            dispatcher.utter_message(response="utter_erase_confirm")
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        await in_database(conversation_erase, conversation_id=tracker.sender_id)
        dispatcher.utter_message(response="utter_erased")
        return [SlotSet("erased", True)]


class ActionStopMessages(Action):
    """No more messages of ours; an open request is named so that it can be cancelled too."""

    def name(self) -> str:
        return "action_stop_messages"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await in_database(conversation_stop, conversation_id=tracker.sender_id)
        request = await open_request(tracker)
        if request:
            dispatcher.utter_message(response="utter_stopped_with_request", reference=request.reference)
        else:
            dispatcher.utter_message(response="utter_stopped")
        return [ActiveLoop(None), SlotSet("requested_slot", None)]
