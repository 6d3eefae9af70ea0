"""All settings: one file, read from the environment, with defaults that work."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from zerentian.kernel import server

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zerentian"


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


def _home() -> Path:
    if chosen := os.environ.get("ZERENTIAN_HOME"):  # where all state lives; var/ in a checkout
        return Path(chosen).resolve()
    return ROOT / "var" if (ROOT / "pyproject.toml").exists() else Path.home() / ".local" / "share" / "zerentian"


def _secret(home: Path) -> str:
    """The signing key: from the environment, or made on first use and kept readable for its owner only."""
    if given := os.environ.get("ZERENTIAN_SECRET_KEY"):  # signs sessions; made on first use in secrets/
        return given
    path = home / "secrets" / "signing-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:  # another process was first
            pass
        draft.unlink()
    return path.read_text()


# Where all state lives.
ZERENTIAN_HOME = _home()
ZERENTIAN_KEY_FILE = Path(os.environ.get("ZERENTIAN_KEY_FILE", ZERENTIAN_HOME / "secrets" / "keys.json"))
ZERENTIAN_CIPHER = os.environ.get("ZERENTIAN_CIPHER", "sm4")  # sm4 | aes
ZERENTIAN_SEAL_HASH = os.environ.get("ZERENTIAN_SEAL_HASH", "sha256")  # sha256 | sm3
ZERENTIAN_UPLOAD_LIMIT = _number("ZERENTIAN_UPLOAD_LIMIT", 200 << 20)  # bytes
ZERENTIAN_DELIVERY_LIMIT = _number("ZERENTIAN_DELIVERY_LIMIT", 4 << 30)  # bytes of a department's file
ZERENTIAN_PIECE_LIMIT = _number("ZERENTIAN_PIECE_LIMIT", 16 << 20)  # bytes of one piece of an upload by the API
ZERENTIAN_UPLOAD_HOURS = _number("ZERENTIAN_UPLOAD_HOURS", 72)  # then an unfinished upload is given up
ZERENTIAN_EXCHANGE_FOLDER = os.environ.get(
    "ZERENTIAN_EXCHANGE_FOLDER", ""
)  # shared folder that deliveries are taken from
ZERENTIAN_EXCHANGE_SETTLE = _number("ZERENTIAN_EXCHANGE_SETTLE", 30)  # seconds in which a complete file has not grown
ZERENTIAN_ROW_LIMIT = _number("ZERENTIAN_ROW_LIMIT", 200_000)  # rows of one workbook
ZERENTIAN_FONTS = os.environ.get("ZERENTIAN_FONTS", "")  # folder of the unit's own Chinese fonts for PDF
ZERENTIAN_ENGINE = os.environ.get("ZERENTIAN_ENGINE", "duckdb")  # of matching: duckdb | spark://host:port
ZERENTIAN_API_PER_MINUTE = _number("ZERENTIAN_API_PER_MINUTE", 120)  # requests of one token
ZERENTIAN_API_FAILURES_PER_MINUTE = _number("ZERENTIAN_API_FAILURES_PER_MINUTE", 20)  # wrong keys of one address
ZERENTIAN_PUBLIC_PER_MINUTE = _number("ZERENTIAN_PUBLIC_PER_MINUTE", 240)  # public pages of one address and process
ZERENTIAN_PUBLIC_PER_HOUR = _number("ZERENTIAN_PUBLIC_PER_HOUR", 60)  # objections and questions of one address
DEMO = _flag("ZERENTIAN_DEMO", False)  # demo accounts, listed on the sign-in page, without a second factor
SECOND_FACTOR_REQUIRED = _flag("ZERENTIAN_SECOND_FACTOR", not DEMO)  # of administrators
SECOND_FACTOR_ROLES = set(os.environ.get("ZERENTIAN_SECOND_FACTOR_ROLES", "").split(",")) - {""}  # and of these roles
ZERENTIAN_PROXIES = _number("ZERENTIAN_PROXIES", 0)  # own proxies in front, each adding X-Forwarded-For

DEBUG = _flag("ZERENTIAN_DEBUG", False)  # never where real data is
SECRET_KEY = _secret(ZERENTIAN_HOME)
ALLOWED_HOSTS = os.environ.get("ZERENTIAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")  # host names of the site
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZERENTIAN_ORIGINS", "").split(",") if o]  # https://… behind a proxy

_FLOORS = (
    "kernel", "territory", "organisations", "accounts", "rulebook", "procedures", "disclosure", "registry", "exchange",
    "plans", "funds", "helping", "statistics", "oversight", "assessment", "desk", "portal", "api", "sample",
)  # fmt: skip
OWN_APPS = [f"zerentian.{name}" for name in _FLOORS if (PACKAGE / name / "apps.py").exists()]

INSTALLED_APPS = [
    "zerentian.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "procrastinate.contrib.django",
    *OWN_APPS[1:],
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zerentian.kernel.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "axes.middleware.AxesMiddleware",
    "zerentian.accounts.middleware.ActorMiddleware",
    "zerentian.assessment.middleware.TurnedBack",
    "zerentian.kernel.middleware.NotAllowedPage",
]

ROOT_URLCONF = "zerentian.config.urls"
WSGI_APPLICATION = "zerentian.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "zerentian.kernel.navigation.context",
            ],
            "libraries": {"i18n": "zerentian.kernel.templatetags.words"},  # in place of Django's own
        },
    }
]
FORM_RENDERER = "zerentian.kernel.drawing.FormRenderer"
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # two libraries `i18n`: ours stands in place of Django's


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or server.DATABASE,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


# Without DATABASE_URL the embedded server is used; `zerentian` starts it, importing the settings does not.
EMBEDDED = "DATABASE_URL" not in os.environ
if EMBEDDED:
    _at = server.address(ZERENTIAN_HOME)
    _engine = "django.db.backends.postgresql"
    _local = {"ENGINE": _engine, "NAME": server.DATABASE, "HOST": _at.host, "PORT": str(_at.port)}
    _default, _owner = {**_local, "USER": server.APP}, {**_local, "USER": server.OWNER}
else:
    _default = _database(os.environ["DATABASE_URL"])  # any PostgreSQL from 15; none: the embedded one
    _owner = _database(os.environ.get("OWNER_DATABASE_URL", os.environ["DATABASE_URL"]))  # who may create tables

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_default,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": _number("ZERENTIAN_POOL", 8), "timeout": 15}},
    },
    "owner": {**_owner, "CONN_MAX_AGE": 0},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "zerentian.accounts.services.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
SESSION_COOKIE_AGE = _number("ZERENTIAN_SESSION_IDLE", 30 * 60)  # seconds without a request
SESSION_PROLONGED = 60  # seconds in which a session that is used is written once; it may end that much earlier
SESSION_LONGEST = _number("ZERENTIAN_SESSION_LONGEST", 12 * 3600)  # seconds since signing in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("ZERENTIAN_HTTPS", False)  # behind a proxy with TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
AXES_FAILURE_LIMIT = _number("ZERENTIAN_SIGN_IN_TRIES", 5)  # then locked for a quarter of an hour
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "zerentian.accounts.queries.address_of"
AXES_LOCKOUT_CALLABLE = "zerentian.accounts.views.signing.locked_out"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Zerentian"

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = ZERENTIAN_HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(ZERENTIAN_HOME / "media")},
    },
    "staticfiles": {
        "BACKEND": os.environ.get("ZERENTIAN_STATIC", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
FILE_UPLOAD_HANDLERS = ["zerentian.kernel.files.LimitedUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
WHITENOISE_MAX_AGE = 3600

# Jobs
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "services"

_QUIET = {"level": "ERROR"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": os.environ.get("ZERENTIAN_LOG", "WARNING")},
    "loggers": {"django.request": _QUIET, "axes": _QUIET, "procrastinate": {"level": "WARNING"}},
}
