"""Settings of the tests: fast password hashes, plain static files, keys of their own."""

from keyuan.settings.base import *  # noqa: F403
from keyuan.settings.base import STORAGES, VAR

SECRET_KEY = "only-for-tests"
KEYUAN_KEY_FILE = VAR / "test-keyring.json"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
