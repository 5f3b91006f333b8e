"""The chat page in Chromium, in French and in Arabic (right to left), on a phone and on a laptop."""

import shutil
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from system import ROOT, System

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium and its driver are not installed")
SCREENSHOTS = ROOT / "build" / "screenshots"
QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
BOT = ".message.bot:not(.wait)"
LOOK_S = 0.1  # how often a page is looked at while we wait


def click(browser: webdriver.Chrome, element: WebElement) -> None:
    """As a person does, who first scrolls a thing into the middle of the screen."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
    element.click()


class Page:
    """The chat page as a person uses it."""

    def __init__(self, browser: webdriver.Chrome, address: str) -> None:
        self.browser = browser
        browser.delete_all_cookies()
        browser.get(address)

    def all(self, selector: str):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def answered(self, before: int) -> None:
        WebDriverWait(self.browser, 20, LOOK_S).until(lambda _: len(self.all(BOT)) > before and not self.all(".wait"))

    def tap(self, fragment: str) -> None:
        before = len(self.all(BOT))
        buttons = self.all("button[data-payload]")
        click(self.browser, [item for item in buttons if fragment in item.get_attribute("data-payload")][-1])
        self.answered(before)

    def write(self, text: str) -> str:
        before = len(self.all(BOT))
        self.browser.find_element(By.ID, "text").send_keys(text)
        click(self.browser, self.browser.find_element(By.CSS_SELECTOR, "#compose button"))
        self.answered(before)
        return self.last

    @property
    def last(self) -> str:
        return self.all(BOT + " p")[-1].text.replace("\u00a0", " ").replace("\u2066", "").replace("\u2069", "")

    def keep(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(SCREENSHOTS / f"{name}.png"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [*QUIET.split(), f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(argument)
    running = webdriver.Chrome(service=webdriver.ChromeService(DRIVER), options=options)
    yield running
    running.quit()


def open_chat(browser: webdriver.Chrome, system: System, language: str, width: int) -> Page:
    browser.set_window_size(max(width, 500), 900)
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    return Page(browser, f"{system.url('desk')}/chat/?lang={language}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("language", "direction", "question", "place", "fact"),
    [
        ("fr", "ltr", "je vais recevoir combien d'argent", "Belgique", "2022"),
        ("ar", "rtl", "كم المال الذي ساحصل عليه", "بلجيكا", "2022"),
    ],
)
def test_a_person_asks_and_gets_an_answer(
    browser, system: System, language, direction, question, place, fact, width: int
):
    page = open_chat(browser, system, language, width)
    root = browser.find_element(By.TAG_NAME, "html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, direction)
    page.tap(f'"{language}"')
    page.write(question)
    assert fact in page.write(place)
    assert page.all(BOT + " p")[-1].get_attribute("dir") == direction
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), (
        "nothing is cut off"
    )
    page.keep(f"chat-{language}-{width}")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_callback_is_requested_with_taps_only(browser, system: System, language: str):
    page = open_chat(browser, system, language, 360)
    page.tap(f'"{language}"')
    page.tap("/request_callback")
    for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', f'"answer": "{language}"', '"any"', '"other"', '"send"'):
        page.tap(answer)
    page.keep(f"callback-{language}")
    shown = page.last
    references = [row[0] for row in system.rows("SELECT reference FROM callbacks_callbackrequest")]
    assert any(reference in shown for reference in references)


def test_typed_html_is_shown_as_text(browser, system: System):
    page = open_chat(browser, system, "fr", 360)
    page.tap('"fr"')
    page.write("<img src=x onerror=\"document.title='hacked'\">")
    assert browser.title != "hacked"
    assert page.all(".message.own p")[-1].text.startswith("<img")


def test_the_page_says_so_when_the_assistant_is_down(browser, system: System):
    page = open_chat(browser, system, "fr", 360)
    system.kill("dialogue")
    try:
        page.tap('"fr"')
        assert "ne répond pas" in page.last
    finally:
        system.start("dialogue")


def test_the_desk_login_opens_in_arabic(browser, system: System):
    browser.delete_all_cookies()
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": "ar"}})
    browser.get(system.url("desk") + "/")
    root = browser.find_element(By.TAG_NAME, "html")
    assert root.get_attribute("dir") == "rtl"
    assert browser.find_elements(By.NAME, "password")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser.save_screenshot(str(SCREENSHOTS / "desk-login-ar.png"))
