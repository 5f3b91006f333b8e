"""What the editors' pages call parts, languages, groups and kinds, in the language of the page."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.content.documents import MORE, TOPIC, Document
from desk.conversations.record import country

LANGUAGE_NAMES = {"en": _("English"), "fr": _("French"), "ar": _("Arabic")}
GROUP_NAMES = {
    "about": _("About the help"),
    "arrival": _("On arrival"),
    "asylum": _("Asylum"),
    "change_mind": _("Changing one's mind"),
    "complaint": _("Complaints"),
    "contact_language": _("Contact and language"),
    "cost": _("Costs"),
    "data_fraud": _("Data and fraud"),
    "detention_authorities": _("Detention and authorities"),
    "documents": _("Documents"),
    "eligibility": _("Who may get help"),
    "family_children": _("Family and children"),
    "health": _("Health"),
    "money": _("Money"),
    "process": _("The way through"),
    "programme": _("Programmes of each country"),
    "reentry": _("Coming back later"),
    "reintegration": _("A new start"),
    "safety": _("Safety"),
    "time": _("Time"),
    "travel": _("The journey"),
}
KIND_NAMES = {
    "phone": _("phone number"),
    "short_number": _("short number"),
    "email": _("e-mail address"),
    "url": _("web address"),
    "address": _("street address"),
    "hours": _("opening hours"),
    "money": _("amount of money"),
    "duration": _("length of time"),
    "date": _("date"),
    "places": _("places"),
    "count": _("number"),
}
STATUS_NAMES = {
    "verified": _("verified"),
    "conflicting": _("sources disagree"),
    "unverified": _("not verified"),
}
FIELD_NAMES = {
    "kind": _("kind"),
    "value": _("value"),
    "source": _("source (web address)"),
    "source_date": _("date of the source"),
    "checked_on": _("checked on"),
    "review_by": _("check again by"),
    "status": _("status"),
    "note": _("note for colleagues"),
    "names": _("names"),
    "name": _("name"),
    "next": _("next step"),
    "related": _("related questions"),
}
FLAG_NAMES = {
    "per_programme": _("differs per country"),
    "handover": _("danger: a person is offered"),
    "neutral": _("neutral: no push"),
}
NAMES = {"title": _("title (button)"), "answer": _("answer"), **FIELD_NAMES, **FLAG_NAMES}


def part_label(part: str) -> str:
    """A part of a topic: "answer", "Belgium", "read more · Belgium"; a field of a fact."""
    if part.startswith(MORE):
        return " · ".join([str(_("read more")), part_label(part.removeprefix(MORE))])
    if part in NAMES:
        return str(NAMES[part])
    return country(part, get_language() or "en")


def language_label(language: str) -> str:
    """The name of a language; any other code as it is."""
    return str(LANGUAGE_NAMES.get(language, language))


def group_label(group: str) -> str:
    """What the questions of a group are about; a group that has no name here as its file is called."""
    return str(GROUP_NAMES.get(group, group))


def title_of(kind: str, key: str, document: Document) -> str:
    """A question by its title in the language of the page, as far as it has one; a fact by its name."""
    if kind != TOPIC:
        return key
    texts = document["parts"].get("title") or {}
    return texts.get(get_language() or "en") or texts.get("en") or key
