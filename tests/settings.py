"""The product's settings for tests: nothing outside a temporary folder, and no waiting for the disk."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="svyazka-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("SVYAZKA_")]:
    del os.environ[name]  # whoever runs the tests may have set his own Svyazka up
os.environ["SVYAZKA_DATA"] = str(_folder)

from svyazka.config.settings import *  # noqa: E402, F403
from svyazka.config.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    options = DATABASES["default"]["OPTIONS"]
    # A power cut during tests loses nothing that anybody wants; FULL is proved by a test of its own.
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    # A file, not memory: threads and a live server have to share it as they do in the field.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
(_folder / "static").mkdir()
