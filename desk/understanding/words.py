"""Names of questions and figures in the language of the page."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.content.selectors import topics
from desk.conversations.record import title
from desk.understanding.models import Language

INTENTS = {
    "affirm": _("yes"),
    "callback_cancel": _("cancel the callback"),
    "callback_change": _("change the callback"),
    "callback_status": _("how is my callback"),
    "check_eligibility": _("check my case"),
    "choose_language": _("another language"),
    "deny": _("no"),
    "erase_my_data": _("delete my data"),
    "goodbye": _("goodbye"),
    "greet": _("hello"),
    "help_menu": _("help, menu"),
    "out_of_scope": _("something that is not ours"),
    "repeat_simpler": _("say it again, simpler"),
    "request_callback": _("talk to a person"),
    "stop_messages": _("stop writing to me"),
    "thank": _("thank you"),
}
VARIETIES = {
    **dict(Language.choices),
    "en-pidgin": _("Pidgin"),
    "fr-sms": _("French as in SMS"),
    "ary-latn": _("Darija in Latin letters"),
    "mixed": _("mixed languages"),
}
FIGURES = {
    "top1": _("right at once, all messages"),
    "top3": _("right among the first three"),
    "handover_recall": _("cries for help that are heard"),
    "out_of_scope precision": _("“not ours” is right"),
    "out_of_scope recall": _("“not ours” is noticed"),
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
    return str(_("right at once, %(variety)s") % {"variety": variety_name(figure.removesuffix(" top1"))})
