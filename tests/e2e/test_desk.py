"""The counsellors' pages in Chromium: the queue that fills by itself, and the work on a request."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from system import Person, System
from test_browser import LOOK_S, SCREENSHOTS, browser, click, pytestmark  # noqa: F401

NAME, PASSWORD = "khadija", "a-long-password-1"


@pytest.fixture(scope="module")
def desk(system: System) -> System:
    system.manage("demo")
    system.env |= {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    system.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "")
    return system


def sign_in(browser, desk: System, language: str, width: int, name: str = NAME) -> None:  # noqa: F811
    browser.delete_all_cookies()
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.get(desk.url("desk") + "/requests/")
    keep(browser, f"login-{language}-{width}")
    browser.find_element(By.NAME, "username").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    click(browser, browser.find_element(By.CSS_SELECTOR, "main button"))
    wait(browser, lambda: browser.find_elements(By.ID, "rows"))


def wait(browser, condition, seconds: float = 15) -> None:  # noqa: F811
    """Until it holds; the queue may replace what was just found."""
    ignored = [StaleElementReferenceException]
    WebDriverWait(browser, seconds, LOOK_S, ignored).until(lambda _: condition())


def tap(browser, by: str, value: str) -> None:  # noqa: F811
    wait(browser, lambda: click(browser, browser.find_element(by, value)) or True)


def keep(browser, name: str) -> None:  # noqa: F811
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser.save_screenshot(str(SCREENSHOTS / f"{name}.png"))


def fits(browser) -> bool:  # noqa: F811
    return browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def ask_urgently(person: Person) -> str:
    """A person in danger asks for a call in the chat; returns the reference."""
    person.types("hello")
    person.types("i want to kill myself")
    person.taps("request_callback")
    for answer in ('"yes"', '"morocco"', '"skip"', '"chat"', '"answer": "en"', '"any"', '"send"'):
        if any(answer in payload for payload in person.payloads):
            person.taps(answer)
    return re.search(r"[A-Z3-9]{3}-[A-Z3-9]{3}", person.text).group()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_the_queue_and_a_request_fit_the_screen(browser, desk: System, language, direction, width):  # noqa: F811
    sign_in(browser, desk, language, width)
    root = browser.find_element(By.TAG_NAME, "html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, direction)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".queue li")) > 10
    assert fits(browser)
    keep(browser, f"queue-{language}-{width}")
    tap(browser, By.CSS_SELECTOR, ".queue a")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, ".columns"))
    assert fits(browser)
    keep(browser, f"request-{language}-{width}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_figures_fit_the_screen(browser, desk: System, language, width):  # noqa: F811
    sign_in(browser, desk, language, width)
    browser.get(desk.url("desk") + "/requests/figures/")
    assert browser.find_elements(By.CSS_SELECTOR, ".bars li")
    assert fits(browser)
    keep(browser, f"figures-{language}-{width}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_opening_hours_fit_the_screen(browser, desk: System, language, width):  # noqa: F811
    sign_in(browser, desk, language, width)
    tap(browser, By.CSS_SELECTOR, "a[href='/requests/hours/']")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, ".days li"))
    for summary in browser.find_elements(By.CSS_SELECTOR, "#morocco summary"):
        click(browser, summary)
    assert fits(browser)
    keep(browser, f"hours-{language}-{width}")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_rule_for_alerts_fits_the_screen(browser, desk: System, language, width):  # noqa: F811
    sign_in(browser, desk, language, width)
    browser.get(desk.url("desk") + "/desk/alerts/rule/add/")
    wait(browser, lambda: browser.find_elements(By.NAME, "routes-0-address"))
    assert fits(browser)
    keep(browser, f"rule-{language}-{width}")


def test_when_a_day_is_closed_the_assistant_says_the_new_time(browser, desk: System, person: Person):  # noqa: F811
    reference = ask_urgently(person)
    ((before,),) = desk.rows("SELECT promised_at FROM callbacks_callbackrequest WHERE reference=?", reference)
    day = datetime.fromisoformat(f"{before}+00:00").astimezone(ZoneInfo("Africa/Casablanca")).date()
    sign_in(browser, desk, "fr", 360)
    browser.get(f"{desk.url('desk')}/requests/hours/")
    tap(browser, By.CSS_SELECTOR, "#morocco details:first-of-type summary")
    browser.execute_script("document.getElementById('morocco_close_first').value = arguments[0]", str(day))
    browser.find_element(By.ID, "morocco_close_reason").send_keys("inventaire")
    tap(browser, By.CSS_SELECTOR, "#morocco details:first-of-type button")
    wait(browser, lambda: "inventaire" in browser.find_element(By.CSS_SELECTOR, "#morocco .days").text)
    ((after,),) = desk.rows("SELECT promised_at FROM callbacks_callbackrequest WHERE reference=?", reference)
    assert after > before
    said = person.types("when will you call me?")
    local = datetime.fromisoformat(f"{after}+00:00").astimezone(ZoneInfo("Africa/Casablanca"))
    assert f"{local:%A} {local.day} {local:%B}" in said
    tap(browser, By.CSS_SELECTOR, "#morocco .days button")
    wait(browser, lambda: "inventaire" not in browser.find_element(By.ID, "morocco").text)
    browser.get(f"{desk.url('desk')}/requests/{reference}/")
    assert f"{local:%H:%M}" in browser.find_element(By.CSS_SELECTOR, ".history").text, "it does not move back"
    keep(browser, "moved-fr-360")


def test_an_urgent_request_appears_by_itself_and_is_taken(browser, desk: System, person: Person):  # noqa: F811
    sign_in(browser, desk, "fr", 1280)
    reference = ask_urgently(person)
    wait(browser, lambda: reference in browser.find_element(By.ID, "rows").text)
    wait(browser, lambda: "urgent" in browser.find_element(By.CSS_SELECTOR, ".queue li").get_attribute("class"))
    assert "!" in browser.title
    tap(browser, By.LINK_TEXT, reference)
    tap(browser, By.CSS_SELECTOR, "section button.main")
    wait(browser, lambda: NAME in browser.find_element(By.CSS_SELECTOR, ".history").text)
    assert desk.rows(
        "SELECT u.username FROM callbacks_callbackrequest r JOIN auth_user u ON u.id = r.claimed_by_id"
        " WHERE r.reference=?",
        reference,
    ) == [(NAME,)]
    read = browser.find_elements(By.CSS_SELECTOR, "section:last-of-type details summary")
    assert "Je ne veux plus vivre" in [title.text for title in read], (
        "the question's title in the counsellor's language"
    )
    keep(browser, "request-urgent-fr")


def test_a_number_is_shown_on_demand(browser, desk: System):  # noqa: F811
    sign_in(browser, desk, "fr", 360)
    ((reference,),) = desk.rows("SELECT reference FROM callbacks_callbackrequest WHERE conversation_id='demo-3'")
    browser.get(f"{desk.url('desk')}/requests/{reference}/")
    assert "+331990" not in browser.page_source
    tap(browser, By.CSS_SELECTOR, "#phone button")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#phone a[href^='tel:+331990']"))
    keep(browser, "phone-fr")
