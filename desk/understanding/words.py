"""Names of questions and figures in the language of the page."""

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from desk.content.selectors import topics
from desk.conversations.record import title
from desk.understanding.models import Language

INTENTS = {
    "affirm": gettext_lazy("yes"),
    "callback_cancel": gettext_lazy("cancel the callback"),
    "callback_change": gettext_lazy("change the callback"),
    "callback_status": gettext_lazy("how is my callback"),
    "check_eligibility": gettext_lazy("check my case"),
    "choose_language": gettext_lazy("another language"),
    "deny": gettext_lazy("no"),
    "erase_my_data": gettext_lazy("delete my data"),
    "goodbye": gettext_lazy("goodbye"),
    "greet": gettext_lazy("hello"),
    "help_menu": gettext_lazy("help, menu"),
    "out_of_scope": gettext_lazy("something that is not ours"),
    "repeat_simpler": gettext_lazy("say it again, simpler"),
    "request_callback": gettext_lazy("talk to a person"),
    "stop_messages": gettext_lazy("stop writing to me"),
    "thank": gettext_lazy("thank you"),
}
VARIETIES = {
    **dict(Language.choices),
    "en-pidgin": gettext_lazy("Pidgin"),
    "fr-sms": gettext_lazy("French as in SMS"),
    "ary-latn": gettext_lazy("Darija in Latin letters"),
    "mixed": gettext_lazy("mixed languages"),
}
FIGURES = {
    "top1": gettext_lazy("right at once, all messages"),
    "top3": gettext_lazy("right among the first three"),
    "handover_recall": gettext_lazy("cries for help that are heard"),
    "out_of_scope precision": gettext_lazy("“not ours” is right"),
    "out_of_scope recall": gettext_lazy("“not ours” is noticed"),
}


def label_name(label: str) -> str:
    """The title of a question, or what an intent is."""
    if label in topics():
        return title(label, get_language() or "en")
    return str(INTENTS.get(label, label))


def variety_name(variety: str) -> str:
    """How a message is written."""
    return str(VARIETIES.get(variety, variety))


def figure_name(figure: str) -> str:
    """A figure of the gate: one of the whole, or of a variety."""
    if figure in FIGURES:
        return str(FIGURES[figure])
    return _("right at once, %(variety)s") % {"variety": variety_name(figure.removesuffix(" top1"))}
