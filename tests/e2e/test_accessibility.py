"""The pages for people who do not see well, use no mouse, or have a screen reader: axe-core finds nothing serious."""

# ruff: noqa: F811  (the fixture `browser` comes from another test file)
import pytest
from axe_core_python.selenium import Axe
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from system import System
from test_browser import browser, pytestmark  # noqa: F401
from test_desk import PASSWORD, keep, sign_in, wait

NAME = "noor"
TALK = """
from django.contrib.auth import get_user_model
from desk.callbacks.services import callback_request_save
from desk.callbacks.work import note_add, request_claim, written_record
from desk.conversations.inbox import deliveries_write
from desk.conversations.models import Delivery
from desk.conversations.takeover import received_write, takeover_extend
person, by = "telegram-axe", get_user_model().objects.get(username={name!r})
values = dict(conversation_id=person, programme="morocco", language="fr", contact="phone", phone="+33199000001")
request, _ = callback_request_save(**values, safety="call_and_message", topic="safety_suicide", voice="AwAC")
request_claim(pk=request.pk, by=by)
takeover_extend(conversation_id=person)
(sent,) = deliveries_write(conversation_id=person, contents=[{{"text": "x"}}])
Delivery.objects.filter(pk=sent.pk).update(status="held", reason="window", content=None)
written_record(pk=request.pk, by=by, text="Puis-je vous appeler ?", deliveries=[sent.pk])
received_write(conversation_id=person, message_id="1", text="oui, à cinq heures")
received_write(conversation_id=person, message_id="2", text="", voice="AwAC")
note_add(pk=request.pk, by=by, text="Parle pular.")
print(request.reference)
"""


@pytest.fixture(scope="module")
def desk(system: System) -> System:
    system.manage("demo")
    system.env |= {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    system.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "")
    return system


@pytest.fixture(scope="module")
def talk(desk: System) -> str:
    """The address of a request that we took and whose person we write with."""
    reference = desk.manage("shell", "--verbosity", "0", "-c", TALK.format(name=NAME)).strip()
    return f"{desk.url('desk')}/requests/{reference}/"


OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
TOO_SMALL = """
return [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .filter((item) => item.checkVisibility() && !item.closest(".hidden") && !item.matches(".skip, .hidden"))
  .filter((item) => Math.min(item.getBoundingClientRect().width, item.getBoundingClientRect().height) < 24)
  .map((item) => item.outerHTML.slice(0, 100))
"""


def faults(browser) -> list[str]:
    """What axe-core finds on the page that is open, and what is too small to be tapped."""
    browser.execute_script(OPEN_ALL)
    found = Axe().run(browser, options={"resultTypes": ["violations"]})["violations"]
    named = [f"{item['id']} ({item['impact']}) at {[node['target'] for node in item['nodes']]}" for item in found]
    return named + browser.execute_script(TOO_SMALL)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_axe_finds_nothing_and_everything_can_be_tapped(browser, desk: System, talk: str, language: str, width: int):
    sign_in(browser, desk, language, width, NAME)
    pages = {
        "queue": address(desk),
        "free": address(desk, "demo-0"),
        "talk": talk,
        "figures": f"{desk.url('desk')}/requests/figures/",
        "chat": f"{desk.url('desk')}/chat/?lang={language}",
        "login": f"{desk.url('desk')}/account/login/",
    }
    found = {}
    for name, page in pages.items():
        if name == "login":
            browser.delete_all_cookies()
        browser.get(page)
        wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "main *"))
        keep(browser, f"axe-{name}-{language}-{width}")
        found[name] = faults(browser)
    assert {name: listed for name, listed in found.items() if listed} == {}


def address(desk: System, conversation: str = "") -> str:
    """The queue, or the request of a conversation."""
    query = "SELECT reference FROM callbacks_callbackrequest WHERE conversation_id = ?"
    reference = desk.rows(query, conversation)[0][0] + "/" if conversation else ""
    return f"{desk.url('desk')}/requests/{reference}"


# --- with the keyboard only --------------------------------------------------------------------------


def press(browser, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def focused(browser):
    return browser.switch_to.active_element


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_request_is_found_and_taken_without_a_mouse(browser, desk: System, language: str):
    sign_in(browser, desk, language, 1280, NAME)
    browser.get(f"{address(desk)}?who=free")
    press(browser, Keys.TAB)
    assert focused(browser).get_attribute("class") == "skip"
    assert focused(browser).size["height"] >= 24, "it is seen while it has the focus"
    press(browser, Keys.ENTER, Keys.TAB)
    stops = []
    while not (focused(browser).get_attribute("id") or "").startswith("r-"):
        stops.append(focused(browser).get_attribute("id") or focused(browser).text)
        assert outlined(browser), "the focus is seen"
        assert len(stops) < 20
        press(browser, Keys.TAB)
    assert [name for name in stops if name.startswith("id_")] == [f"id_{name}" for name in FILTERS], "in reading order"
    assert "language" not in stops, "the heading of the page was skipped"
    keep(browser, f"focus-{language}")
    reference = focused(browser).text
    press(browser, Keys.ENTER)
    wait(browser, lambda: reference in browser.title)
    for _ in range(20):
        if "/claim/" in (browser.execute_script("return document.activeElement.form?.action") or ""):
            break
        press(browser, Keys.TAB)
    press(browser, Keys.ENTER)
    wait(browser, lambda: NAME in browser.find_element(By.CSS_SELECTOR, ".history").text)


FILTERS = ("status", "who", "programme", "language", "topic")


def outlined(browser) -> bool:
    width, style = (focused(browser).value_of_css_property(f"outline-{name}") for name in ("width", "style"))
    return style == "solid" and float(width.removesuffix("px")) >= 2


def test_the_number_has_the_focus_when_it_appears(browser, desk: System):
    sign_in(browser, desk, "fr", 360, NAME)
    browser.get(address(desk, "demo-3"))
    browser.find_element(By.CSS_SELECTOR, "#phone button").send_keys(Keys.ENTER)
    wait(browser, lambda: focused(browser).get_attribute("class") == "phone")
    assert focused(browser).text.replace(" ", "").startswith("+331990")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_what_is_wrong_is_said_at_its_field_which_has_the_focus(browser, desk: System, talk: str, language: str):
    sign_in(browser, desk, language, 360, NAME)
    browser.get(talk)
    moment = browser.find_element(By.ID, "attempt_next_at")
    browser.execute_script("arguments[0].value = '2001-01-01T09:00'", moment)
    browser.find_element(By.ID, "attempt_text").submit()
    wait(browser, lambda: browser.find_elements(By.ID, "attempt_next_at_error"))
    assert focused(browser).get_attribute("id") == "attempt_next_at"
    assert focused(browser).get_attribute("aria-invalid") == "true"
    assert focused(browser).get_attribute("aria-describedby") == "attempt_next_at_error"
    assert browser.find_element(By.ID, "attempt_next_at_error").text
    keep(browser, f"refused-{language}-360")
    assert faults(browser) == []


# --- pages that reload themselves ----------------------------------------------------------------------

ASK = """
from desk.callbacks.services import callback_request_save
values = dict(programme="morocco", language="fr", contact="chat", safety="chat_only", topic="safety_suicide")
print(callback_request_save(conversation_id={name!r}, **values)[0].reference)
"""
ANSWER = """
from desk.conversations.takeover import received_write
received_write(conversation_id="telegram-axe", message_id={name!r}, text="encore un mot de {name}")
"""


def run(desk: System, code: str, name: str) -> str:
    return desk.manage("shell", "--verbosity", "0", "-c", code.format(name=name)).strip()


def top_of(browser, selector: str) -> float:
    return browser.execute_script(f"return document.querySelector('{selector}').getBoundingClientRect().top")


@pytest.mark.parametrize(("width", "has_focus"), [(360, True), (1280, False)])
def test_a_new_urgent_request_takes_neither_focus_nor_place_and_is_announced(
    browser, desk: System, width: int, has_focus: bool
):
    sign_in(browser, desk, "fr", width, NAME)
    link = browser.find_elements(By.CSS_SELECTOR, ".queue a")[-1]
    name = link.get_attribute("id")
    browser.execute_script("arguments[0].scrollIntoView()", link)
    if has_focus:
        browser.execute_script("arguments[0].focus()", link)
    place = top_of(browser, f"#{name}")
    reference = run(desk, ASK, f"web-news-{width}-{has_focus}")
    wait(browser, lambda: browser.find_elements(By.ID, f"r-{reference}"))
    assert abs(top_of(browser, f"#{name}") - place) <= 1
    assert top_of(browser, f"#r-{reference}") < 0, "the new one stands above what is seen"
    assert focused(browser).get_attribute("id") == (name if has_focus else "")
    news = browser.find_element(By.ID, "news")
    assert news.get_attribute("role") == "alert"
    assert reference in news.get_attribute("textContent")


def test_a_list_that_did_not_change_is_not_touched(browser, desk: System):
    sign_in(browser, desk, "fr", 1280, NAME)
    count = "window.asked = 0; document.body.addEventListener('htmx:afterOnLoad', () => { window.asked += 1; })"
    browser.execute_script(count)
    wait(browser, lambda: browser.execute_script("return window.asked") >= 1)
    browser.execute_script("document.querySelector('.queue li').mark = true")
    wait(browser, lambda: browser.execute_script("return window.asked") >= 2)
    assert browser.execute_script("return document.querySelector('.queue li').mark") is True


def test_who_writes_is_not_disturbed_by_an_answer_and_hears_of_it(browser, desk: System, talk: str):
    sign_in(browser, desk, "fr", 360, NAME)
    browser.get(talk)
    field = browser.find_element(By.ID, "message_text")
    field.send_keys("Je vous")
    place = top_of(browser, "#message_text")
    run(desk, ANSWER, "w1")
    wait(browser, lambda: "un mot de w1" in browser.find_element(By.ID, "talk").text)
    assert focused(browser) == field
    assert abs(top_of(browser, "#message_text") - place) <= 1
    field.send_keys(" écris")
    assert field.get_attribute("value") == "Je vous écris"
    said = browser.find_element(By.ID, "said")
    assert said.get_attribute("role") == "status"
    assert "un mot de w1" in said.get_attribute("textContent")
    assert "cinq heures" not in said.get_attribute("textContent"), "only what is new"


def test_the_list_says_when_it_is_not_up_to_date(browser, desk: System):
    sign_in(browser, desk, "fr", 360, NAME)
    stale = browser.find_element(By.ID, "stale")
    assert not stale.is_displayed()
    desk.kill("desk")
    try:
        wait(browser, stale.is_displayed)
        keep(browser, "stale-fr-360")
    finally:
        desk.start("desk")
    wait(browser, lambda: not stale.is_displayed())
