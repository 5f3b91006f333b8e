"""Editors change what the assistant says: written in Arabic, reviewed by a second person, published, and heard in the chat."""

# ruff: noqa: F811  (the fixture `browser` comes from another test file)
import time
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from system import Person, System
from test_accessibility import faults
from test_browser import browser, pytestmark  # noqa: F401
from test_desk import PASSWORD, fits, keep, wait

from desk.content.published import LOOK_EVERY_S

EDITORS = """
from django.contrib.auth import get_user_model
from desk.people.models import Staff
for name in ("edith", "karim"):
    user = get_user_model().objects.create_user(name, password={password!r})
    Staff.objects.create(user=user, role="editor", programmes=["morocco"])
"""
HEARD_WITHIN_S = 5
PAGES = {"questions": "", "new": "topics/new/", "question": "topics/money_how_much/"}
PAGES |= {"facts": "facts/", "programme": "facts/belgium/", "fact": "facts/belgium/desk_cities/"}
PAGES |= {"versions": "versions/topic/about_bot_limits/", "examples": "examples/?label=money_how_much"}
PAGES |= {"training": "training/", "inbox": "inbox/", "figures": "figures/", "translations": "exchange/", "try": "try/"}
QUESTION, ASKED = "about_bot_limits", "هل أنت إنسان أم آلة؟"


CLEARED = """
from django.contrib.auth import get_user_model
from desk.editing.models import Item
Item.objects.all().delete()
get_user_model().objects.filter(username__in=["edith", "karim"]).delete()
"""


@pytest.fixture(scope="module")
def desk(system: System) -> Iterator[System]:
    system.manage("shell", "--verbosity", "0", "-c", EDITORS.format(password=PASSWORD))
    yield system
    system.manage("shell", "--verbosity", "0", "-c", CLEARED)  # others expect what the files say
    time.sleep(2 * LOOK_EVERY_S + 1)


def sign_in(browser, desk: System, name: str, language: str, width: int) -> None:
    browser.delete_all_cookies()
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.get(desk.url("desk") + "/")
    browser.find_element(By.NAME, "username").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "main button").click()
    wait(browser, lambda: not browser.find_elements(By.NAME, "password"))


def open_page(browser, desk: System, path: str = f"topics/{QUESTION}/") -> None:
    browser.get(f"{desk.url('desk')}/content/{path}")
    assert fits(browser)


def press(browser, selector: str) -> None:
    """Tap a button in the middle of the screen: below lies the bar that saves."""
    button = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def take(browser, step: str, state: str) -> None:
    press(browser, f"form[action$='/{step}/'] button")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, state))


def text_of(browser, selector: str) -> str:
    return browser.find_element(By.CSS_SELECTOR, selector).text


def field(browser, part: str, language: str):
    return browser.find_element(By.NAME, f"{part}-{language}")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_text_is_written_in_arabic_reviewed_published_and_heard(browser, desk: System, person: Person, width: int):
    said = f"نحن مساعد آلي، ولسنا أشخاصًا. {'واحد' if width == 360 else 'اثنان'}"
    sign_in(browser, desk, "edith", "ar", width)
    open_page(browser, desk)
    text = field(browser, "answer", "ar")
    assert text.value_of_css_property("direction") == "rtl"
    text.clear()
    text.send_keys(said)
    wait(browser, lambda: said in text_of(browser, "#bubbles .whatsapp"))
    keep(browser, f"editing-ar-{width}")
    press(browser, ".save button")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "h1 .draft"))
    take(browser, "ask", "h1 .in_review")
    assert not browser.find_elements(By.CSS_SELECTOR, "form[action$='/approve/']"), "not one's own"
    sign_in(browser, desk, "karim", "fr", width)
    open_page(browser, desk)
    assert said.split()[-1] in text_of(browser, ".change")
    assert browser.find_elements(By.CSS_SELECTOR, ".change ins")
    keep(browser, f"review-fr-{width}")
    take(browser, "approve", "h1 .approved")
    assert said not in answer(person)
    try_beside(browser, desk, said, width)
    open_page(browser, desk)
    take(browser, "publish", "main:not(:has(h1 .state))")
    published = time.monotonic()
    while said not in answer(person):
        assert time.monotonic() - published < HEARD_WITHIN_S
        time.sleep(0.5)


def try_beside(browser, desk: System, said: str, width: int) -> None:
    """What is published and the draft answer side by side, with what was understood."""
    open_page(browser, desk, "try/")
    browser.find_element(By.ID, "text").send_keys(ASKED)
    press(browser, ".trial-form button")
    wait(browser, lambda: len(browser.find_elements(By.CSS_SELECTOR, ".sides section")) == 2, 60)
    published, draft = (side.text for side in browser.find_elements(By.CSS_SELECTOR, ".sides section"))
    assert said in draft
    assert said not in published
    for number in (1, 2):
        press(browser, f".sides section:nth-child({number}) summary")
    assert QUESTION in browser.find_elements(By.CSS_SELECTOR, ".sides code")[0].text
    assert fits(browser)
    keep(browser, f"try-fr-{width}")


def answer(person: Person) -> str:
    return person.types(ASKED)


def test_a_fact_is_put_in_where_the_editor_last_wrote(browser, desk: System):
    sign_in(browser, desk, "edith", "en", 1280)
    open_page(browser, desk)
    text = field(browser, "answer", "en")
    text.clear()
    text.send_keys("Call .")
    browser.execute_script("arguments[0].setSelectionRange(5, 5)", text)
    Select(browser.find_element(By.ID, "insert")).select_by_value("{belgium.hotline}")
    press(browser, "#put")
    assert text.get_attribute("value") == "Call {belgium.hotline}."
    wait(browser, lambda: "Call 0800 32 745." in text_of(browser, "#bubbles").replace("\u00a0", " "))
    wait(browser, lambda: "The facts in it are not those" in text_of(browser, "#at-answer-fr"))
    assert "The English changed" in text_of(browser, "#at-answer-ar")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_of_the_editors_fits_the_screen_and_axe_finds_nothing(
    browser, desk: System, language: str, width: int
):
    sign_in(browser, desk, "karim", language, width)
    for name, path in PAGES.items():
        open_page(browser, desk, path)
        keep(browser, f"editing-{name}-{language}-{width}")
        if (language, width) in (("ar", 360), ("fr", 1280)):
            assert (name, faults(browser)) == (name, [])
