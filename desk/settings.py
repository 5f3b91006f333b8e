"""Django's settings, from .env by way of desk/registry.py."""

import os
import secrets

import environ
from django.utils.translation import gettext_lazy as _

from desk.registry import ROOT, read_settings

if (ROOT / ".env").exists():
    environ.Env.read_env(ROOT / ".env")
CHOSEN = read_settings(dict(os.environ))
VAR = ROOT / CHOSEN["VAR_DIR"]
VAR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = CHOSEN["SECRET_KEY"] or _secret_key()
DEBUG = CHOSEN["DEBUG"]
ALLOWED_HOSTS = [host.strip() for host in CHOSEN["ALLOWED_HOSTS"].split(",")]
ROOT_URLCONF = "desk.urls"
ASGI_APPLICATION = "desk.asgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "desk",
    "desk.callbacks",
    "desk.conversations",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

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
