"""Django's settings, from the environment. Production refuses to start when something is unsafe; the demo needs nothing.

    QUANHENG_MODE       production (default), demo, or test
    QUANHENG_DATA       folder for the database, uploads and results
    QUANHENG_DATABASE   postgresql://user:password@host:port/name; without it SQLite in the data folder
    QUANHENG_SECRET     at least 50 characters; the demo makes its own in the data folder
    QUANHENG_HOSTS      names under which the site is reached, with commas between
    QUANHENG_PROXY      1 when a reverse proxy sets X-Forwarded-Proto
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).parent
MODE = os.environ.get("QUANHENG_MODE", "production")
if MODE not in ("production", "demo", "test"):
    raise ImproperlyConfigured(f"QUANHENG_MODE={MODE}: production, demo or test")
DEMO, PRODUCTION = MODE == "demo", MODE == "production"


def _data() -> Path:
    named = os.environ.get("QUANHENG_DATA")
    if not named and PRODUCTION:
        raise ImproperlyConfigured("QUANHENG_DATA is not set: name the folder for the database and the files")
    folder = Path(named or Path.home() / ".local/share/quanheng/demo").absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _secret() -> str:
    secret = os.environ.get("QUANHENG_SECRET", "")
    if secret:
        if len(secret) < 50:
            raise ImproperlyConfigured("QUANHENG_SECRET is shorter than 50 characters")
        if len(set(secret)) < 5:
            raise ImproperlyConfigured("QUANHENG_SECRET repeats one character: make one with  quanheng manage secret")
        return secret
    if PRODUCTION:
        raise ImproperlyConfigured("QUANHENG_SECRET is not set: make one with  quanheng manage secret")
    kept = DATA / "secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return kept.read_text(encoding="ascii")


def _hosts() -> list[str]:
    hosts = [host.strip() for host in os.environ.get("QUANHENG_HOSTS", "").split(",") if host.strip()]
    if PRODUCTION and (not hosts or "*" in hosts):
        raise ImproperlyConfigured("QUANHENG_HOSTS is not set: name the host names of the site, without *")
    return hosts or ["localhost", "127.0.0.1", "[::1]", "testserver"]


def _database() -> dict[str, Any]:
    url = os.environ.get("QUANHENG_DATABASE", "")
    if not url:
        # IMMEDIATE: a deed reads before it writes; two such at once would otherwise meet "database is locked" at once.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "quanheng.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'OFF' if MODE == 'test' else 'FULL'}; "
                "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;",
            },
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    parts = urlsplit(url)
    if parts.scheme != "postgresql":
        raise ImproperlyConfigured("QUANHENG_DATABASE must begin with postgresql://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),  # the folder of a socket stands in the query
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATA = _data()
FILES = DATA / "files"  # uploads, frozen inputs, results: by content, outside of every web root
SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = _hosts()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "quanheng.domain",
    "quanheng.web",
]

MIDDLEWARE = [
    "quanheng.web.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quanheng.web.middleware.ContentSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "quanheng.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quanheng.web.middleware.Viewing",
]

ROOT_URLCONF = "quanheng.web.urls"
WSGI_APPLICATION = "quanheng.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],  # before those that the sign-in library brings
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quanheng.web.context.shell",
            ],
            "builtins": ["quanheng.web.templatetags.qh"],
        },
    },
]

# ---------------------------------------------------------------------------------------------------------- language, time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "qh_language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# ---------------------------------------------------------------------------------------------------------------- sign-in

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_USER_MODEL = "domain.Login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":  # a tenth of a second for each sign-in is right at the door and wrong in a thousand tests
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "home", "account_login"
ACCOUNT_ADAPTER = "quanheng.web.signin.Accounts"
MFA_ADAPTER = "quanheng.web.signin.Factors"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user", "change_password": "5/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "权衡"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}  # attempts are counted across processes
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "qh_session", "qh_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ------------------------------------------------------------------------------------------------------------ safe transport

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
    if os.environ.get("QUANHENG_PROXY") == "1":
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the last address in X-Forwarded-For is the proxy's own word

# ------------------------------------------------------------------------------------------------------------ files, jobs, logs

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [("built", PACKAGE / "web" / "built")] if (PACKAGE / "web" / "built").is_dir() else []
# Files of the bundle carry a digest in their names: they never change and may be kept for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/built/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$"
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a sheet of 300 people and 40 items is one form without scripts
FILE_UPLOAD_PERMISSIONS = 0o600
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django_tasks_db": {"level": "WARNING"}},
}
