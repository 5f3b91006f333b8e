"""A counsellor in Chromium and a person on their phone write to each other; the real servers and local stand-ins between."""

# ruff: noqa: F811  (the fixture `browser` comes from another test file)
import re
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from phones import Phones, Telegrammer, WhatsApper
from selenium.webdriver.common.by import By
from test_browser import browser, pytestmark  # noqa: F401
from test_desk import PASSWORD, fits, keep, sign_in, tap, wait
from test_phones import HELLO, age

from desk.content.i18n import translate

NAME = "lamia"
ASKS = {
    "fr": ("Puis-je vous appeler à cinq heures ?", "oui, à cinq heures", "je veux mourir", "est-ce que c'est gratuit"),
    "ar": ("هل يمكنني الاتصال بك في الخامسة؟", "نعم، في الخامسة", "اريد ان اموت", "هل هذا مجاني"),
}
LIFE = {"fr": "votre vie compte", "ar": "حياتك"}
ANSWERED = "+212 5 37 65 28 81"  # stands in the answer whether it is free
REQUEST = (
    "Talk to a person",
    "Yes, I agree",
    "Morocco",
    "I'd rather not say",
    "Answer me in this chat",
    {"fr": "Français", "ar": "العربية"},
    "Any time",
    "Something else",
    "Yes, send it",
)


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    running = Phones(tmp_path_factory.mktemp("takeover"), DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    try:
        running.system.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "")
        running.start("dialogue", "actions", "desk")
        yield running
        assert running.telegram.faults == []
        assert running.twilio.faults == []
    finally:
        running.stop()


def ask(person: Telegrammer | WhatsApper, language: str) -> str:
    """Ask for a counsellor, with taps only. Returns the reference."""
    person.writes(HELLO[language])
    for title in REQUEST:
        person.taps(title[language] if isinstance(title, dict) else translate(language, title))
    return re.search(r"[A-Z3-9]{3}-[A-Z3-9]{3}", person.text).group()


class Desk:
    """The page of one request, as a counsellor uses it."""

    def __init__(self, browser, phones: Phones, reference: str, language: str, width: int) -> None:
        self.browser, self.url = browser, phones.system.url("desk")
        sign_in(browser, phones.system, language, width, NAME)
        tap(browser, By.LINK_TEXT, reference)
        tap(browser, By.CSS_SELECTOR, "form[action$='/claim/'] button")
        wait(browser, lambda: NAME in browser.find_element(By.CSS_SELECTOR, ".history").text)

    def writes(self, text: str) -> None:
        self.browser.find_element(By.ID, "message_text").send_keys(text)
        tap(self.browser, By.CSS_SELECTOR, "form[action$='/message/'] button")
        wait(self.browser, lambda: text in self.talk)
        self.browser.execute_script("window.isSamePage = true")

    @property
    def talk(self) -> str:
        return self.browser.find_element(By.ID, "talk").text

    def reads(self, text: str) -> None:
        """It appears by itself: the page is not loaded again."""
        wait(self.browser, lambda: text in self.talk)
        assert self.browser.execute_script("return window.isSamePage") is True

    @property
    def can_hand_back(self) -> bool:
        return bool(self.browser.find_elements(By.ID, "hand-back"))

    def hears(self, link: str) -> bytes:
        cookies = {item["name"]: item["value"] for item in self.browser.get_cookies()}
        return httpx.get(link, cookies=cookies, trust_env=False).content

    def shows(self, name: str, selector: str) -> None:
        element = self.browser.find_element(By.CSS_SELECTOR, selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        assert fits(self.browser)
        keep(self.browser, name)


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("ar", 360)])
def test_a_counsellor_and_a_person_write_to_each_other(browser, phones: Phones, language: str, width: int):
    question, answer, danger, asked = ASKS[language]
    person = phones.person("telegram", language)
    desk = Desk(browser, phones, ask(person, language), language, width)
    shows = partial(desk.shows, selector="#talk")

    desk.writes(question)
    assert question in person.shown()[-1].text
    before = len(person.shown())
    person.sends("text", answer)
    desk.reads(answer)
    assert len(person.shown()) == before, "the assistant keeps quiet"
    shows(f"takeover-{language}-{width}")

    assert LIFE[language] in person.writes(danger), "danger is answered at once"
    desk.reads(danger)

    before = len(person.shown())
    person.sends("voice", content=b"OggS-my-voice")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#talk .theirs a"))
    assert (
        desk.hears(browser.find_element(By.CSS_SELECTOR, "#talk .theirs a").get_attribute("href")) == b"OggS-my-voice"
    )
    assert len(person.shown()) == before
    shows(f"takeover-voice-{language}-{width}")

    assert person.writes("menu")
    wait(browser, lambda: not desk.can_hand_back)
    assert ANSWERED in person.writes(asked), "the assistant is back"

    desk.writes(question)
    tap(browser, By.ID, "hand-back")
    wait(browser, lambda: not desk.can_hand_back)
    assert ANSWERED in person.writes(asked)
    shows(f"takeover-over-{language}-{width}")


def test_a_message_that_whatsapp_does_not_allow_is_held_and_the_page_says_why(browser, phones: Phones):
    question, answer, *_ = ASKS["ar"]
    person = phones.person("whatsapp")
    desk = Desk(browser, phones, ask(person, "ar"), "ar", 360)
    age(phones, person)
    desk.writes(question)
    assert question not in person.all()
    (held,) = browser.find_elements(By.CSS_SELECTOR, "#talk .ours .delivery")
    assert "held" in held.get_attribute("class")
    assert "24" in held.text
    assert "واتساب" in held.text
    desk.shows("held-ar-360", "#talk .ours .held")

    person.sends("text", answer)
    desk.reads(answer)
    assert question in person.all(), "it goes out when the person writes"
    assert not browser.find_elements(By.CSS_SELECTOR, "#talk .held")
