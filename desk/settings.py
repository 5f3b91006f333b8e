"""Django's settings, from .env by way of desk/registry.py."""

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from datetime import timedelta

import environ
from django.utils.translation import gettext_lazy as _

from desk.registry import ROOT, conversation_keys, read_settings

if (ROOT / ".env").exists():
    environ.Env.read_env(ROOT / ".env")
CHOSEN = read_settings(dict(os.environ))
VAR = ROOT / CHOSEN["VAR_DIR"]
VAR.mkdir(parents=True, exist_ok=True)


def _made_once(name: str, make: Callable[[], str]) -> str:
    """A secret of this installation, made at the first start and kept in a file for its owner only."""
    path = VAR / name
    if not path.exists():
        draft = VAR / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(make())
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def _conversation_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(64)).decode()


SECRET_KEY = CHOSEN["SECRET_KEY"] or _made_once("secret_key", lambda: secrets.token_urlsafe(50))
CONVERSATION_KEYS = CHOSEN["CONVERSATION_KEY"] or conversation_keys(_made_once("conversation_key", _conversation_key))
RASA_TOKEN = CHOSEN["RASA_TOKEN"] or _made_once("rasa_token", lambda: secrets.token_urlsafe(32))
DEBUG = CHOSEN["DEBUG"]
# The dialogue server of this machine pulls its model under these addresses.
ALLOWED_HOSTS = [*(host.strip() for host in CHOSEN["ALLOWED_HOSTS"].split(",")), "127.0.0.1", CHOSEN["DESK_HOST"]]
ROOT_URLCONF = "desk.urls"
ASGI_APPLICATION = "desk.asgi.application"

INSTALLED_APPS = [
    "desk.people.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "desk",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "desk.people",
    "desk.health",
    "desk.opening",
    "desk.callbacks",
    "desk.alerts",
    "desk.conversations",
    "desk.learning",
    "desk.editing",
    "desk.trial",
    "desk.exchange",
    "desk.understanding",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR / "desk.sqlite3",
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    # Tests start real servers of their own, which must see the same file.
    "TEST": {"NAME": VAR / "test.sqlite3"},
}
DATABASES = {"default": CHOSEN["DATABASE_URL"] or _SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who guesses passwords is locked out: the account from that address, for a while.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "callbacks/locked.html"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_DISABLE_ACCESS_LOG = True  # desk/people/audit.py records who signs in
SECOND_FACTOR = CHOSEN["SECOND_FACTOR"]
OTP_TOTP_ISSUER = "Return assistant"  # the name in the authenticator app
SESSION_COOKIE_AGE = 10 * 60 * 60  # a working day

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LOGIN_URL, LOGIN_REDIRECT_URL = "login", "start"

LANGUAGE_CODE = CHOSEN["DEFAULT_LANGUAGE"]
LANGUAGES = [("fr", "Français"), ("ar", "العربية"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locales"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

if CHOSEN["EMAIL_URL"]:
    vars().update(CHOSEN["EMAIL_URL"])
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = CHOSEN["ALERT_FROM"]
ALERT_RECIPIENTS = CHOSEN["ALERT_TO"]
LEARNING_DAYS = CHOSEN["LEARNING_DAYS"]
REDIS_URL = CHOSEN["REDIS_URL"]
DIALOGUE_SERVER_URL = f"http://{CHOSEN['RASA_HOST']}:{CHOSEN['RASA_PORT']}"
ADMIN_TITLE = _("Counsellors' desk")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # The names of addresses called are logged by httpx at INFO: nothing of use, and they hold conversation ids.
    "loggers": {"httpx": {"level": "WARNING"}},
}
