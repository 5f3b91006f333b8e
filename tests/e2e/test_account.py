"""One's own account in Chromium: the second step at sign-in from the QR code's text to its removal, and the record."""

from base64 import b32decode

import pytest
from django_otp.oath import totp
from selenium.webdriver.common.by import By
from system import System
from test_browser import browser, pytestmark  # noqa: F401
from test_desk import PASSWORD, fits, keep, tap, wait

NAME = "naima"


@pytest.fixture(scope="module")
def desk(system: System) -> System:
    system.env |= {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    system.manage("createsuperuser", "--noinput", "--username", NAME, "--email", "")
    return system


def begin(browser, desk: System, language: str, width: int) -> None:  # noqa: F811
    browser.delete_all_cookies()
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    give_password(browser, desk)


def give_password(browser, desk: System) -> None:  # noqa: F811
    browser.get(desk.url("desk") + "/account/")
    browser.find_element(By.NAME, "username").send_keys(NAME)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    tap(browser, By.CSS_SELECTOR, "main button")


def give_code(browser, code: str) -> None:  # noqa: F811
    wait(browser, lambda: browser.find_element(By.NAME, "code").send_keys(code) or True)
    tap(browser, By.CSS_SELECTOR, "main button.main")


def look(browser, selector: str, name: str) -> None:  # noqa: F811
    """Wait for a page, see that nothing is cut off, and keep a picture."""
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, selector))
    keep(browser, name)
    assert fits(browser), name


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_the_second_step_from_setting_up_to_removing(browser, desk: System, language, direction, width):  # noqa: F811
    place = f"{language}-{width}"
    begin(browser, desk, language, width)
    look(browser, "a[href$='/second-factor/']", f"account-{place}")
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("dir") == direction
    tap(browser, By.CSS_SELECTOR, "a[href$='/second-factor/']")
    look(browser, ".qr svg", f"account-set-up-{place}")
    secret = browser.find_element(By.CSS_SELECTOR, ".secret").text.replace(" ", "")
    give_code(browser, f"{totp(b32decode(secret)):06d}")
    look(browser, ".codes", f"account-backup-codes-{place}")
    first, second, *_ = [item.text for item in browser.find_elements(By.CSS_SELECTOR, ".codes .secret")]
    tap(browser, By.CSS_SELECTOR, "form[action$='/logout/'] button")
    wait(browser, lambda: browser.find_elements(By.NAME, "password"))

    give_password(browser, desk)
    look(browser, "input[name=code]", f"account-code-{place}")
    give_code(browser, "123456789")
    look(browser, ".errorlist", f"account-wrong-code-{place}")
    browser.find_element(By.NAME, "code").clear()
    pause_over(desk)
    give_code(browser, first)
    look(browser, ".message.warning", f"account-with-second-step-{place}")
    tap(browser, By.CSS_SELECTOR, "a[href$='/remove/']")
    look(browser, "input[name=code]", f"account-remove-{place}")
    give_code(browser, second)
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "a[href$='/second-factor/']"))
    assert desk.rows("SELECT count(*) FROM otp_totp_totpdevice") == [(0,)]


def pause_over(desk: System) -> None:
    """After a wrong code the next one has to wait a second."""
    waits = "SELECT count(*) FROM otp_static_staticdevice WHERE throttling_failure_timestamp > datetime('now', '-2 seconds')"
    wait(desk, lambda: desk.rows(waits) == [(0,)])


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_password_and_record_fit_the_screen(browser, desk: System, language, width):  # noqa: F811
    begin(browser, desk, language, width)
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "a[href$='/password/']"))
    for page, shown in (("password", "[name=old_password]"), ("audit", ".queue li")):
        browser.get(f"{desk.url('desk')}/account/{page}/")
        look(browser, shown, f"account-{page}-{language}-{width}")
    assert NAME in browser.find_element(By.CSS_SELECTOR, ".queue").text
