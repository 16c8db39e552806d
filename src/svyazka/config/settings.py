"""Django's settings. Everything that differs between installations comes from ``environment.SETTINGS``."""

from svyazka.config import sqlite  # isort: skip  # first: it replaces the SQLite driver

import os
from pathlib import Path

from csp.constants import NONE, SELF

from svyazka.config import environment, logs

os.umask(0o077)  # database, backups and whatever else we write are read by nobody but this user
ENVIRONMENT = environment.read(os.environ)

_PACKAGE = Path(__file__).resolve().parent.parent

# Who we are
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.old_secret_keys
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_URL = ENVIRONMENT.public_url
TLS = ENVIRONMENT.tls
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
ROOT_URLCONF = "svyazka.config.urls"
WSGI_APPLICATION = "svyazka.config.wsgi.application"

INSTALLED_APPS = [
    "svyazka.config",
    "svyazka.presale",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's templates use it
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",  # its documentation page then uses its own files, not a CDN's
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "svyazka.web.moment.one_moment",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "svyazka.config.accounts.SignedInMiddleware",  # closed unless a view says otherwise
    "svyazka.web.viewer.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "svyazka.web.ui.errors.RefusedMiddleware",
]
CSRF_FAILURE_VIEW = "svyazka.web.ui.errors.stale_form"

# Data
DATABASES = {"default": {**ENVIRONMENT.database, "CONN_MAX_AGE": None}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = dict(sqlite.OPTIONS)
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that every process counts sign-in attempts together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "svyazka_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
WORKER_BEAT = "svyazka.worker.beat"  # the cache key under which the worker leaves word that it lives
MEDIA_ROOT = ENVIRONMENT.data / "files"
SLICES = ENVIRONMENT.data / "slices.duckdb"  # made by the worker, see svyazka.presale.insight.columns
FOLDER_FILE_LIMIT = ENVIRONMENT.max_file_mb * 1024 * 1024
# What comes in one form: several files, and the form around them. docs/nginx.conf.example lets as much through.
FOLDER_FORM_LIMIT = 4 * FOLDER_FILE_LIMIT + 1024 * 1024
STATIC_ROOT = ENVIRONMENT.data / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = sorted((_PACKAGE / "web").glob("*/static"))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "svyazka.web.ui.assets.MadeFinder",  # one stylesheet out of many, one sprite of the icons
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {"BACKEND": "svyazka.presale.documents.storage.ContentStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Half of a first start went into packing what nobody asks for: files under names that can't be cached, maps of sources.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "map",
    "png",
    "gif",
    "jpg",
    "jpeg",
    "webp",
    "ico",
    "woff",
    "woff2",
    "gz",
    "br",
)
FILE_UPLOAD_PERMISSIONS = 0o600

# Pages
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        # The second holds our pages under the names that allauth asks for.
        "DIRS": [_PACKAGE / "web", _PACKAGE / "web" / "signin" / "templates"],
        "OPTIONS": {
            "environment": "svyazka.web.ui.environment.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "svyazka.web.ui.context.shell",
            ],
        },
    },
    {  # for pages of allauth that have no Jinja page of ours in front of them
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [
    *sorted(_PACKAGE.glob("*/locale")),
    *sorted((_PACKAGE / "web").glob("*/locale")),
    _PACKAGE / "locale",
]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True

# People
AUTH_USER_MODEL = "presale.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "svyazka.config.accounts.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "svyazka.config.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "svyazka.web.signin.forms.Change",
    "reset_password_from_key": "svyazka.web.signin.forms.SetAnew",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator invites by an address that he knows
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # else the name of the host that the browser claims to have asked
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_ADAPTER = "svyazka.web.signin.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Svyazka"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://localhost")

# Letters
EMAIL_BACKEND = ENVIRONMENT.email["EMAIL_BACKEND"]
EMAIL_HOST = ENVIRONMENT.email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = ENVIRONMENT.email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = ENVIRONMENT.email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = ENVIRONMENT.email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = ENVIRONMENT.email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = ENVIRONMENT.email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
# Channels by which notices go out; where letters are only printed, none does.
CHANNELS = (
    *(("email",) if EMAIL_BACKEND.endswith("smtp.EmailBackend") else ()),
    *(("telegram",) if ENVIRONMENT.telegram.token else ()),
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from

# Safety
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
# A proxy tells us who came by plain HTTP; without one we would send everybody round in a circle.
SECURE_SSL_REDIRECT = TLS and bool(TRUSTED_PROXIES)
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz)$"]
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # of other subdomains we know nothing
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["svyazka.config.uploads.NoUploads"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

LOGGING = logs.configuration(ENVIRONMENT.log)
