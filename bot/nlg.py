"""The only way to a reply: a response name and values in, text and buttons in the person's language out."""

import copy
import json
from datetime import date, datetime
from string import Formatter
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.errors import ResponseMissing
from bot.rating import RATED, has_room, is_due
from bot.topics import FAQ, candidates
from desk.content import i18n
from desk.content.published import content, using
from desk.content.schema import PROGRAMMES, Topic
from desk.content.selectors import topic_get, topics
from desk.programmes.selectors import fact_get, programmes

Reply = dict[str, Any]
SUGGESTIONS = 3
ASKS_FOR_PHONE = "utter_ask_callback_form_callback_contact"
RECEIVED = "utter_received"
CONTROLS = ("why", "skip", "back", "stop")
INTENT_BUTTONS = ("check_eligibility", "request_callback", "help_menu")


class CatalogueNLG(TemplatedNaturalLanguageGenerator):
    """Rasa's NLG over the Babel catalogues. Named in endpoints.yml; Rasa sets `responses` whenever it loads a model."""

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        domain_responses: Any = None,
        **values: Any,
    ) -> Reply:
        """The reply for a response name, of one content throughout. Raises ResponseMissing."""
        with using(content()):
            writer = Writer(self.responses, tracker, values.pop("hint", ""))
            return writer.reply(utter_action, {key: value for key, value in values.items() if value})


def language_of(tracker: DialogueStateTracker, hint: str = "") -> str:
    """The language to write in: the chosen one, else the one the person writes, that of their phone, or the default."""
    return known_language(tracker) or hint or i18n.DEFAULT_LANGUAGE


def known_language(tracker: DialogueStateTracker) -> str | None:
    """The language the person chose or writes, as far as we know."""
    slots = tracker.current_slot_values()
    return slots.get("language_choice") or slots.get("language")


class Writer:
    """Writes one reply for one conversation."""

    def __init__(self, responses: dict[str, list[Reply]], tracker: DialogueStateTracker, hint: str = "") -> None:
        self.responses, self.tracker = responses, tracker
        self.language = language_of(tracker, hint)
        self.programme: str | None = tracker.get_slot("programme")

    def reply(self, name: str, values: dict[str, Any]) -> Reply:
        """Dispatch: a few responses depend on the conversation, all others are texts of domain.yml."""
        if name.startswith(f"utter_{FAQ}/"):
            return self.with_rating(name.removeprefix(f"utter_{FAQ}/"))
        special = {
            "utter_language": self.language_reply,
            "utter_did_you_mean": self.did_you_mean,
            "utter_repeat": self.repeat,
            RECEIVED: self.received,
            RATED: self.rated,
        }
        return special[name]() if name in special else self.plain(self.known(name), values)

    # --- texts of domain.yml --------------------------------------------------------------------

    def plain(self, name: str, values: dict[str, Any] | None = None) -> Reply:
        """A response of domain.yml, with the controls of a form below its question."""
        reply = {
            "text": self.fill(self.source(name)["text"], values or {}),
            "buttons": [self.button(item["title"], item["payload"]) for item in self.source(name).get("buttons", [])],
            "language": self.language,
        }
        if values:
            reply["personal"] = True  # it holds what only this person should read
        if name == ASKS_FOR_PHONE:
            reply["share_contact"] = self.share_contact()
        if name.startswith("utter_ask_") and name != "utter_ask_question":
            reply["buttons"] += self.controls(name)
        return reply

    def share_contact(self) -> dict[str, str]:
        """The words of the key that sends the person's number, where a channel has one."""
        said, title = self.plain("utter_share_contact"), self.plain("utter_share_contact_button")
        return {"text": said["text"], "title": title["text"]}

    def controls(self, name: str) -> list[dict[str, str]]:
        """The buttons why, skip, back and stop; a question may name fewer in its metadata."""
        wanted = (self.source(name).get("metadata") or {}).get("controls", CONTROLS)
        buttons = self.plain("utter_form_controls")["buttons"]
        return [button for button in buttons if any(f'"{control}"' in button["payload"] for control in wanted)]

    def source(self, name: str) -> Reply:
        if name not in self.responses:
            raise ResponseMissing(f"{name} is not a response of domain.yml")
        return copy.deepcopy(self.responses[name][0])

    def button(self, title: str, payload: str) -> dict[str, str]:
        return {"title": i18n.translate(self.language, title), "payload": payload}

    def fill(self, text: str, values: dict[str, Any]) -> str:
        """Translate, then put in facts and values; lines left empty are dropped."""
        facts = {name: i18n.Facts(self.language, date.today(), name) for name in programmes()}
        shown = {name: self.value(name, value) for name, value in values.items()}
        text = Formatter().vformat(i18n.translate(self.language, text), (), _Blank(facts | shown))
        blocks = (block.strip() for block in text.split("\n\n"))
        return "\n\n".join(block for block in blocks if block)

    def value(self, name: str, value: Any) -> str:
        """A value by the ending of its name: *_at a moment, phone a number, a list its translated lines."""
        if name.endswith("_at"):
            return i18n.moment(self.language, datetime.fromisoformat(value))
        if name == "phone":
            return i18n.phone(self.language, value)
        if name == "town":
            return i18n.translate(self.language, value)
        if isinstance(value, list):
            return "\n".join(self.line(item) for item in value)
        return i18n.isolate(self.language, str(value))

    def line(self, item: str | list[str]) -> str:
        """A line of a list: a source text or the name of a response; a triple is a label, its slot and the value."""
        if isinstance(item, str):
            return f"• {self.fill(self.named(item), {})}"
        label, slot, value = item
        return (
            f"• {i18n.translate(self.language, self.named(label))}{i18n.colon(self.language)}{self.shown(slot, value)}"
        )

    def named(self, text: str) -> str:
        return self.source(text)["text"] if text.startswith("utter_") else text

    def shown(self, slot: str, value: str) -> str:
        """A slot's value as the person reads it."""
        if slot == "callback_contact" and value.startswith("+"):
            return i18n.phone(self.language, value)
        if slot == "callback_name":
            return f"\u2068{value}\u2069"
        return i18n.comma(self.language).join(self.word(slot, part) for part in value.split())

    def word(self, slot: str, value: str) -> str:
        """The title of the button that gives this value, else a weekday or the title of a topic."""
        buttons = self.source(f"utter_ask_callback_form_{slot}").get("buttons", [])
        titles = {answer_of(button): button["title"] for button in buttons}
        if value in titles:
            return i18n.translate(self.language, titles[value])
        if value in i18n.WEEKDAYS:
            return i18n.weekday(self.language, value)
        title = topics()[value].title if value in topics() else self.source(f"utter_label_{value}")["text"]
        return i18n.translate(self.language, title)

    # --- answers of data/faq --------------------------------------------------------------------

    def answer(self, name: str) -> Reply:
        """An answer; before the first one that differs per programme, "Where are you now?" (in a form, the form asks it)."""
        topic = topic_get(name)
        if topic.per_programme and not self.programme and not self.tracker.active_loop_name:
            return self.where(name)
        rest = topic.more.text(self.programme)
        is_rest = bool(rest) and "more" in self.tracker.get_latest_entity_values("part")
        reply = {"text": self.fill(rest if is_rest else topic.text(self.programme), {}), "language": self.language}
        if topic.handover:
            return {**reply, "buttons": self.urgent(name), **({} if self.programme else {"asked": "place"})}
        more = [self.more(name)] if rest and not is_rest else []
        return {**reply, "buttons": more + self.steps(topic)}

    def with_rating(self, name: str) -> Reply:
        """An answer that also asks, from time to time, whether it helped; the buttons say which answer is meant."""
        reply = self.answer(name)
        if reply.get("asked") or topic_get(name).handover or self.tracker.active_loop_name or not is_due(self.tracker):
            return reply
        rating = self.plain("utter_rate")["buttons"]
        for button in rating:
            button["payload"] = button["payload"].replace("TOPIC", name)
        if not has_room(reply["buttons"], rating, self.tracker):
            return reply
        return {**reply, "buttons": reply["buttons"] + rating, "asks_rating": True}

    def rated(self) -> Reply:
        """A word of thanks; who was not helped is offered a person."""
        is_helpful = next(self.tracker.get_latest_entity_values("rating"), None) != "no"
        return self.plain("utter_rated_yes" if is_helpful else "utter_rated_no")

    def more(self, name: str) -> dict[str, str]:
        """The button that shows the rest of a long matter."""
        return self.button(self.source("utter_faq_more")["text"], f"/{FAQ}/{name}" + json.dumps({"part": "more"}))

    def where(self, name: str) -> Reply:
        reply = {**self.plain("utter_where"), "asked": "place"}
        for button in reply["buttons"]:
            button["payload"] = f"/{FAQ}/{name}" + json.dumps({"programme": button["payload"]})
        return reply

    def urgent(self, name: str) -> list[dict[str, str]]:
        """The offer of an urgent callback; when the place is not known, also the way to the numbers of each country."""
        button = self.plain("utter_faq_urgent")["buttons"][0]
        button["payload"] = button["payload"].replace("TOPIC", name)
        is_asked_where = not self.programme and _differs(topic_get(name))
        return [button, *(self.where(name)["buttons"] if is_asked_where else self.steps(topic_get(name)))]

    def steps(self, topic: Topic) -> list[dict[str, str]]:
        """The next step and the related questions; a person is offered urgently where there is danger, and not twice."""
        names = [name for name in (topic.next, *topic.related) if not (topic.handover and name == "request_callback")]
        return [self.step(name) for name in names]

    def step(self, name: str) -> dict[str, str]:
        if name in INTENT_BUTTONS:
            return self.menu_button(name)
        return self.button(topic_get(name).title, f"/{FAQ}/{name}")

    def menu_button(self, intent: str) -> dict[str, str]:
        menu = {button["payload"].lstrip("/"): button["title"] for button in self.source("utter_menu")["buttons"]}
        return self.button(menu.get(intent, menu["ask_question"]), f"/{intent if intent in menu else 'ask_question'}")

    # --- replies that look at the conversation --------------------------------------------------

    def language_reply(self) -> Reply:
        """The choice of languages, or a word in the language just chosen."""
        chosen = next(self.tracker.get_latest_entity_values("language_choice"), None)
        return self.plain("utter_language_set") if chosen else {**self.plain("utter_language"), "asked": "language"}

    def did_you_mean(self) -> Reply:
        reply = self.plain("utter_did_you_mean")
        nearest = [name for name in candidates(self.parse_data) if name in topics()][:SUGGESTIONS]
        reply["buttons"] = [self.button(topics()[name].title, f"/{FAQ}/{name}") for name in nearest] + reply["buttons"]
        return reply

    def repeat(self) -> Reply:
        """The last answer again, with an offer of a person."""
        name = self.last_topic()
        if name is None:
            return self.plain("utter_menu")
        reply, answer = self.plain("utter_repeat"), self.answer(name)
        return {
            **answer,
            "text": f"{reply['text']}\n\n{answer['text']}",
            "buttons": answer["buttons"] + reply["buttons"],
        }

    def received(self) -> Reply:
        """A word on what is not text; when no language is known yet, also the choice of one."""
        kind = next(self.tracker.get_latest_entity_values("kind"), "")
        reply = self.office() if kind == "location" else self.plain(self.known(f"{RECEIVED}_{kind}"))
        if known_language(self.tracker) is None:
            reply["buttons"] += self.plain("utter_language")["buttons"]
        return reply

    def known(self, name: str) -> str:
        """The name; of a kind of message for which there is no word of its own, the general one."""
        return RECEIVED if name not in self.responses and name.startswith(RECEIVED) else name

    def office(self) -> Reply:
        """The office nearest to a sent place; which country that is, only the person knows for sure."""
        places = next(self.tracker.get_latest_entity_values("places"), "")
        nearest = [tuple(item.split(":")) for item in places.split("|") if item]
        if nearest and self.programme == nearest[0][0]:
            return self.office_at(*nearest[0])
        is_answered = next(self.tracker.get_latest_entity_values("programme"), None)
        if not nearest or is_answered:
            return self.plain("utter_received_location")
        return self.office_where(dict(nearest))

    def office_where(self, nearest: dict[str, str]) -> Reply:
        reply = self.plain("utter_where")
        for button in reply["buttons"]:
            name = button["payload"]
            here = f"{name}:{nearest[name]}" if name in nearest else ""
            button["payload"] = "/received" + json.dumps({"kind": "location", "programme": name, "places": here})
        return reply

    def office_at(self, programme: str, town: str) -> Reply:
        """The town, and as much as is known of street and phone."""
        there = programmes()[programme]
        facts = [f"{programme}.{name}" for name in (there.offices[town].address, there.phone) if name]
        shown = [f"{{{name}}}" for name in facts if fact_get(name).may_be_shown(date.today())]
        return {**self.plain("utter_received_office", {"town": town, "details": shown}), "personal": False}

    def last_topic(self) -> str | None:
        said = (
            event.metadata.get("utter_action") or ""
            for event in reversed(self.tracker.events)
            if isinstance(event, BotUttered)
        )
        return next((name.removeprefix(f"utter_{FAQ}/") for name in said if name.startswith(f"utter_{FAQ}/")), None)

    @property
    def parse_data(self) -> dict[str, Any]:
        message: UserUttered | None = self.tracker.latest_message
        return message.parse_data if message else {}


def answer_of(button: dict[str, str]) -> str:
    """The value that a button of a form gives: "yes" for `/inform{"answer": "yes"}`."""
    return json.loads(button["payload"][button["payload"].index("{") :])["answer"]


def _differs(topic: Topic) -> bool:
    return any(getattr(topic, name) for name in PROGRAMMES)


class _Blank(dict):
    """Values not given are empty text."""

    def __missing__(self, key: str) -> str:
        return ""
