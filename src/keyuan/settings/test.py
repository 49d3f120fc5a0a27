"""Settings of the tests: fast password hashes, plain static files, keys of their own."""

from dataclasses import replace

from keyuan.settings.base import *  # noqa: F403
from keyuan.settings.base import DATABASES, INSTALLED_APPS, KEYUAN_TRUST, PROJECT, STATICFILES_FINDERS, STORAGES, VAR

# By its own name: the live server of pytest-django hands out static files only if it finds that.
INSTALLED_APPS = [
    "django.contrib.staticfiles" if app == "keyuan.web.apps.CollectedFilesConfig" else app for app in INSTALLED_APPS
]
SECRET_KEY = "only-for-tests"
KEYUAN_KEY_FILE = VAR / "test-keyring.json"
KEYUAN_LAKE = str(VAR / "test-lake")  # never written: tests that need a lake have one of their own
KEYUAN_MODELS = str(VAR / "test-models")
KEYUAN_TRUST = replace(KEYUAN_TRUST, passphrase="only-for-tests", address="http://ca.test", pkcs11_module="")
# Tests do not need their rows after a power cut, and end by dropping the database.
DATABASES = {
    "default": {
        **DATABASES["default"],
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**DATABASES["default"]["OPTIONS"], "options": "-c synchronous_commit=off"},
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# axe-core is handed out like the scripts of the site, to the pages that it looks at.
STATICFILES_FINDERS = [*STATICFILES_FINDERS, "django.contrib.staticfiles.finders.FileSystemFinder"]
STATICFILES_DIRS = [("axe-core", PROJECT / "node_modules" / "axe-core")]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "files": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
