"""Settings of the limit app: the product's database options, Django's usual middlewares, nothing else."""

from svyazka.config import sqlite  # isort: skip  # first: it replaces the SQLite driver

import os
from pathlib import Path
from typing import Any

import environ

SECRET_KEY = "only-for-the-bench-" * 3  # it guards nothing
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.limit.views"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "bench.limit",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_database: dict[str, Any] = environ.Env.db_url_config(os.environ["BENCH_LIMIT_DATABASE"])
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = dict(sqlite.OPTIONS)
DATABASES = {"default": {**_database, "CONN_MAX_AGE": None}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"environment": "bench.limit.views.environment", "auto_reload": False},
    }
]
LOGGING_CONFIG = None
