"""How pages name what people ask."""

from django.utils.translation import gettext_lazy as _

from desk.content.selectors import topics
from desk.conversations.record import title

INTENTS = {
    "check_eligibility": _("Who can get help (the guided check)"),
    "request_callback": _("Wants to talk to a person"),
    "callback_status": _("What became of a callback request"),
    "callback_change": _("Changes a callback request"),
    "callback_cancel": _("Cancels a callback request"),
    "repeat_simpler": _("Did not understand an answer"),
    "erase_my_data": _("Erase my data"),
    "stop_messages": _("No more messages"),
    "received": _("Voice messages, pictures and the like"),
    "out_of_scope": _("Not about our subject"),
    "nlu_fallback": _("Not understood"),
    "greet": _("Greeting"),
    "goodbye": _("Goodbye"),
    "thank": _("Thanks"),
    "affirm": _("Yes"),
    "deny": _("No"),
    "help_menu": _("What the assistant can do"),
    "choose_language": _("Another language"),
}
NOT_TAUGHT = ("nlu_fallback", "received", "out_of_scope")  # the last has a button of its own
LANGUAGES = {"fr": _("French"), "ar": _("Arabic"), "ary": _("Darija"), "en": _("English")}
CHANNELS = {"web": _("Web chat"), "telegram": "Telegram", "whatsapp": "WhatsApp"}


def label_name(label: str, language: str) -> str:
    """The title of a topic or the name of an intent, in the language of the page."""
    return title(label, language) if label in topics() else str(INTENTS.get(label, label))


def labels(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a message can be made an example of, in groups as a form shows them."""
    questions = sorted(((name, title(name, language)) for name in topics()), key=lambda item: item[1].casefold())
    wishes = [(name, str(words)) for name, words in INTENTS.items() if name not in NOT_TAUGHT]
    return [(str(_("all questions")), questions), (str(_("other wishes")), wishes)]
