"""What may name a person does not stay in a message, and what the message is about does."""

import pytest

from desk.content.scrub import GAP, is_name, scrub
from desk.datafiles import DATA, read_yaml

NUMBERS = {
    "fr phone": ("appelle moi au 06 12 34 56 78 svp", f"appelle moi au {GAP} svp"),
    "fr dots": ("mon numéro +212-6.12.34.56.78", f"mon numéro {GAP}"),
    "en phone": ("call +32470123456 please", f"call {GAP} please"),
    "ar indic phone": ("رقم هاتفي ٠٦١٢٣٤٥٦٧٨", f"رقم هاتفي {GAP}"),
    "ar persian phone": ("هاتفي ۰۶۱۲۳۴۵۶۷۸", f"هاتفي {GAP}"),
    "ary phone": ("3iyto liya f 0612345678 3afak", f"3iyto liya f {GAP} 3afak"),
    "hidden by marks": ("\u2066+212 6 12 34 56 78\u2069", GAP),
    "full width": ("tel ０６１２３４５６７８", f"tel {GAP}"),
    "in brackets": ("tel (06) 12-34-56-78.", f"tel {GAP}."),
    "two": ("0612345678, 0712345678", GAP),
}
DOCUMENTS = {
    "fr passport": ("passeport AB1234567 expiré", f"passeport {GAP} expiré"),
    "en spaced": ("my passport A 1234567 is lost", f"my passport {GAP} is lost"),
    "fr file": ("dossier 4589632 en attente", f"dossier {GAP} en attente"),
    "ar": ("رقم جوازي A1234567", f"رقم جوازي {GAP}"),
    "ar indic": ("ملف رقم ٤٥٨٩٦٣", f"ملف رقم {GAP}"),
    "ary": ("passport dyali BE123456 tsra9", f"passport dyali {GAP} tsra9"),
}
DATES = {
    "fr": ("je suis né le 12/03/1990", f"je suis né le {GAP}"),
    "fr words": ("le 12 mars 1990 à Conakry", f"le {GAP} à Conakry"),
    "fr year": ("né en 1990", f"né en {GAP}"),
    "fr short": ("né le 3-7-98", f"né le {GAP}"),
    "en": ("born 5 May 1988", f"born {GAP}"),
    "en us": ("born on May 5, 1988", f"born on {GAP}"),
    "ar": ("ولدت سنة 1990", f"ولدت سنة {GAP}"),
    "ar indic": ("مواليد ١٩٩٠", f"مواليد {GAP}"),
    "ar words": ("١٢ مارس ١٩٩٠", GAP),
    "iso": ("1990-03-12", GAP),
}
ADDRESSES = {
    "mail": ("mon mail fatou.d@gmail.com", f"mon mail {GAP}"),
    "at": ("écris à @moussa_224", f"écris à {GAP}"),
    "link": ("voir https://facebook.com/fatou.diallo?x=1 svp", f"voir {GAP} svp"),
    "short link": ("wa.me/212612345678", GAP),
    "ar": ("بريدي ahmed@yahoo.fr شكرا", f"بريدي {GAP} شكرا"),
}
NAMES = {
    "fr": ("Je m'appelle Mamadou Diallo et je veux rentrer", f"Je m'appelle {GAP} et je veux rentrer"),
    "fr unknown": ("je m’appelle zoumana berte", f"je m’appelle {GAP}"),
    "fr misspelt": ("je mapel Zoumana, je veux rentrer", f"je mapel {GAP}, je veux rentrer"),
    "fr capital": ("Je suis Zoumana Berté de Bamako", f"Je suis {GAP} de Bamako"),
    "fr small": ("je suis fatou diallo", f"je suis {GAP}"),
    "fr family": ("mon fils Zoumana est malade", f"mon fils {GAP} est malade"),
    "fr title": ("Bonjour Mme Berté", f"Bonjour Mme {GAP}"),
    "fr all capitals": ("Je m'appelle MAMADOU. Je veux partir", f"Je m'appelle {GAP}. Je veux partir"),
    "fr compound": ("je m'appelle Jean-Baptiste", f"je m'appelle {GAP}"),
    "en": ("my name is John Smith, how do I go home?", f"my name is {GAP}, how do I go home?"),
    "en small": ("i am Samba from mali", f"i am {GAP} from mali"),
    "en family": ("my wife Grace is pregnant", f"my wife {GAP} is pregnant"),
    "ar": ("اسمي فاطمة واريد ان اعود", f"اسمي {GAP} واريد ان اعود"),
    "ar unknown": ("اسمي هو وليد العمراني", f"اسمي هو {GAP}"),
    "ar I": ("انا فاطمة بغيت نرجع", f"انا {GAP} بغيت نرجع"),
    "ar with hamza": ("أنا أحمد", f"أنا {GAP}"),
    "ar with prefix": ("محمد وفاطمة عند لأحمد", f"{GAP} عند {GAP}"),
    "ar with vowels": ("اسمي مُحَمَّد", f"اسمي {GAP}"),
    "ary arabic": ("سميتي خديجة بنعلي و بغيت نرجع لبلادي", f"سميتي {GAP} و بغيت نرجع لبلادي"),
    "ary latin": ("smiti Youssef bghit nrje3", f"smiti {GAP} bghit nrje3"),
    "ary ismi": ("ismi Salif Keïta", f"ismi {GAP}"),
    "anywhere": ("Le frère de Mamadou est parti", f"Le frère de {GAP} est parti"),
}
HARMLESS = {
    "fr": "je suis sans papiers au Maroc",
    "fr people": "Je suis Guinéen et je veux rentrer",
    "fr place": "Je suis En Tunisie",
    "fr capitals": "JE SUIS MALADE",
    "fr amount": "combien j'aurai? 2000 euros",
    "fr age": "j'ai 26 ans et 3 enfants",
    "fr month": "je pars en mars",
    "fr country": "Comment rentrer en Côte d'Ivoire?",
    "en": "I am Nigerian, can I go home?",
    "en said": "they said no",
    "ar": "أنا مغربي وأريد العودة",
    "ar digits": "عندي ٣ أولاد",
    "ary": "ch7al dyal lflous ghadi 3tiwni",
    "ary voluntary": "bghit nrje3 l bladi, 3afak",
    "nothing": "",
}


def table(cases):
    return pytest.mark.parametrize(("text", "left"), cases.values(), ids=cases)


@table(NUMBERS)
def test_phone_numbers_are_taken_out(text, left):
    assert scrub(text) == left


@table(DOCUMENTS)
def test_numbers_of_documents_are_taken_out(text, left):
    assert scrub(text) == left


@table(DATES)
def test_dates_are_taken_out(text, left):
    assert scrub(text) == left


@table(ADDRESSES)
def test_addresses_are_taken_out(text, left):
    assert scrub(text) == left


@table(NAMES)
def test_names_are_taken_out(text, left):
    assert scrub(text) == left


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_names_nobody_stays(text):
    assert scrub(text) == text


@table({**NUMBERS, **DOCUMENTS, **DATES, **ADDRESSES, **NAMES})
def test_scrubbing_twice_changes_nothing_more(text, left):
    assert scrub(left) == left


@pytest.mark.parametrize("kind", ["anywhere", "capitalised", "arabic"])
def test_every_listed_name_is_taken_out_and_stands_once(kind):
    names = read_yaml(DATA / "names.yml")[kind]
    assert [name for name in names if not is_name(name)] == []
    assert len(set(names)) == len(names)


def test_a_very_long_message_takes_no_time():
    assert len(scrub("je suis Zoumana, 06 12 34 " * 80)) < 2500
