"""Editors add a question in three languages, train, and hear it answered; one tap takes the model back."""

# ruff: noqa: F811  (the fixture `browser` comes from another test file)
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from system import System
from test_browser import browser, pytestmark  # noqa: F401
from test_desk import fits, keep, wait
from test_editing import desk, field, open_page, press, sign_in, take  # noqa: F401

LABEL = "about_cat"
TITLE = {"en": "Is there a cat?", "fr": "Y a-t-il un chat ?", "ar": "هل توجد قطة؟"}
ANSWER = {
    "en": "A cat sleeps on our keyboard.",
    "fr": "Un chat dort sur notre clavier.",
    "ar": "تنام قطة على لوحة المفاتيح.",
}
EXAMPLES = {
    "en": ["does a cat live with you", "can i stroke the kitten", "do you keep cats there"],
    "fr": ["est-ce qu'un chat vit chez vous", "je peux caresser le chaton", "vous gardez des chats là-bas"],
    "ar": ["هل تعيش عندكم قطة", "هل يمكنني مداعبة القطة", "هل تربون القطط هناك"],
}
ASKED = {"en": "does a kitten live with you", "fr": "est-ce qu'un chaton vit chez vous", "ar": "هل تعيش القطط عندكم"}
TRAINED_WITHIN_S, SWAPPED_WITHIN_S = 900, 30


@pytest.mark.long
def test_a_question_is_added_trained_heard_in_three_languages_and_taken_back(browser, desk: System, people):
    before = {language: people().types(asked) for language, asked in ASKED.items()}
    write_question(browser, desk)
    publish_question(browser, desk)
    add_examples(browser, desk)
    train(browser, desk)
    for language, asked in ASKED.items():
        assert heard(people, asked, lambda said, own=ANSWER[language]: own in said)
    sign_in(browser, desk, "karim", "ar", 1280)
    open_page(browser, desk, "training/")
    keep(browser, "training-ar-1280")
    press(browser, "form[action$='/roll-back/'] button")
    for language, asked in ASKED.items():
        assert heard(people, asked, lambda said, own=before[language]: said == own)


def write_question(browser, desk: System) -> None:
    sign_in(browser, desk, "edith", "fr", 360)
    open_page(browser, desk, "topics/new/")
    browser.find_element(By.NAME, "name").send_keys(LABEL)
    Select(browser.find_element(By.NAME, "group")).select_by_value("about")
    press(browser, "main .narrow button")
    wait(browser, lambda: browser.find_elements(By.NAME, "title-ar"))
    for part, texts in (("title", TITLE), ("answer", ANSWER)):
        for language, text in texts.items():
            field(browser, part, language).send_keys(text)
    keep(browser, "new-question-fr-360")
    press(browser, ".save button")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "h1 .draft"))
    take(browser, "ask", "h1 .in_review")


def publish_question(browser, desk: System) -> None:
    sign_in(browser, desk, "karim", "fr", 1280)
    open_page(browser, desk, f"topics/{LABEL}/")
    take(browser, "approve", "h1 .approved")
    take(browser, "publish", "main:not(:has(h1 .state))")


def add_examples(browser, desk: System) -> None:
    deadline = time.monotonic() + 10
    open_page(browser, desk, f"examples/?label={LABEL}")
    while not browser.find_elements(By.CSS_SELECTOR, "form[action$='/add/']"):
        assert time.monotonic() < deadline, "the new question can have no examples"
        open_page(browser, desk, f"examples/?label={LABEL}")
    for language, texts in EXAMPLES.items():
        for text in texts:
            form = browser.find_element(By.CSS_SELECTOR, "form[action$='/add/']")
            Select(form.find_element(By.NAME, "language")).select_by_value(language)
            form.find_element(By.NAME, "text").send_keys(text)
            press(browser, "form[action$='/add/'] button.main")
            wait(browser, lambda text=text: text in browser.find_element(By.CSS_SELECTOR, ".examples").text)
    assert fits(browser)
    keep(browser, "examples-fr-1280")


def train(browser, desk: System) -> None:
    open_page(browser, desk, "training/")
    press(browser, "form[action$='/ask/'] button")
    wait(browser, lambda: browser.find_elements(By.ID, "progress"))
    keep(browser, "training-progress-fr-1280")
    deadline = time.monotonic() + TRAINED_WITHIN_S
    while browser.find_elements(By.ID, "progress"):
        assert time.monotonic() < deadline, desk.log("worker")[-1000:]
        time.sleep(1)
    keep(browser, "training-fr-1280")
    assert browser.find_elements(By.CSS_SELECTOR, "form[action$='/roll-back/']"), browser.page_source


def heard(people, asked: str, is_right) -> bool:
    """Whether it is answered so, as soon as the dialogue server took the model over."""
    deadline = time.monotonic() + SWAPPED_WITHIN_S
    while time.monotonic() < deadline:
        if is_right(people().types(asked)):
            return True
        time.sleep(0.5)
    return False
