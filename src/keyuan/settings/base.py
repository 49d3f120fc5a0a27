"""Settings of every process. What differs between installations comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from keyuan.settings.database import database
from keyuan.settings.filestore import file_storage
from keyuan.settings.signin import *  # noqa: F403
from keyuan.settings.signin import OIDC_ORIGINS
from keyuan.settings.trust import trust_settings

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("KEYUAN_VAR", PROJECT / "var"))
VAR.mkdir(parents=True, exist_ok=True)


def _secret(path: Path) -> str:
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = os.environ.get("KEYUAN_SECRET_KEY") or _secret(VAR / "secret_key")
KEYUAN_KEYS = os.environ.get("KEYUAN_KEYS", "")
KEYUAN_KEY_FILE = VAR / "keyring.json"
DEBUG = os.environ.get("KEYUAN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("KEYUAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "keyuan.accounts",
    "keyuan.web",
    "keyuan.home",
    "keyuan.buying",
    "keyuan.api",
    "keyuan.demo",
    "keyuan.intake",
    "keyuan.customer360",
    "keyuan.retention",
    "keyuan.duplicates",
    "keyuan.servicedesk",
    "keyuan.engagement",
    "keyuan.claims",
    "keyuan.billing",
    "keyuan.journeys",
    "keyuan.policies",
    "keyuan.underwriting",
    "keyuan.sales",
    "keyuan.orders",
    "keyuan.products",
    "keyuan.files",
    "keyuan.webhooks",
    "keyuan.evidence",
    "keyuan.trust",
    "keyuan.identity",
    "keyuan.messages",
    "keyuan.customers",
    "keyuan.agents",
    "keyuan.customfields",
    "keyuan.deadlines",
    "keyuan.lists",
    "keyuan.insight",
    "keyuan.tiers",
    "keyuan.eventlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "keyuan.web.apps.CollectedFilesConfig",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "keyuan.api.apps.DocumentationConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keyuan.web.policy.PolicyMiddleware",
    "keyuan.accounts.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "keyuan.accounts.middleware.ViewerMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keyuan.web.recent.RecentMiddleware",
    "keyuan.web.refusals.RefusalMiddleware",
    "keyuan.buying.tracing.TraceMiddleware",
]

ROOT_URLCONF = "keyuan.web.urls"
WSGI_APPLICATION = "keyuan.web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "keyuan.accounts.context.person",
                "keyuan.web.context.shell",
                "keyuan.home.context.home",
            ],
            "builtins": ["keyuan.web.templatetags.ui"],
        },
    },
]

DATABASES = {"default": {**database(VAR), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Chinese is what the source says; English comes from the catalogues (locale/en of each room).
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Rooms that are no Django app have their catalogues named here.
LOCALE_PATHS = [PACKAGE / room / "locale" for room in ("kernel", "cli")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "keyuan.web.bundles.BundleFinder",
]
# The number that customers call, on each of their pages.
KEYUAN_HOTLINE = os.environ.get("KEYUAN_HOTLINE", "95519")
# Gateways of messages in apprise's notation with {to} for the receiver; a channel without one keeps its messages in the
# outbox. Channels named REPEATABLE have gateways that drop repeats by themselves.
KEYUAN_MESSAGES = {
    channel: os.environ.get(f"KEYUAN_MESSAGES_{channel.upper()}_URL", "") for channel in ("sms", "mail", "wecom")
}
KEYUAN_MESSAGES_REPEATABLE = frozenset(filter(None, os.environ.get("KEYUAN_MESSAGES_REPEATABLE", "").split(",")))
# The demo shows codes in the outbox where no gateway carries them. Never set it where customers sign in.
KEYUAN_DEMO_OUTBOX = os.environ.get("KEYUAN_DEMO_OUTBOX") == "1"
# A folder of the company's own rate tables, beside those in products/tables (docs/algorithms/rating.md).
KEYUAN_TABLES = os.environ.get("KEYUAN_TABLES", "")
# The lake (insight): its folder, and what counts in it: duckdb, spark://local or spark://host:port.
KEYUAN_LAKE = os.environ.get("KEYUAN_LAKE") or str(VAR / "lake")
# Versions of the models that were taught (insight).
KEYUAN_MODELS = os.environ.get("KEYUAN_MODELS") or str(VAR / "models")
KEYUAN_ENGINE = os.environ.get("KEYUAN_ENGINE", "duckdb")
# How much memory a question may take before it goes to disk.
KEYUAN_ENGINE_MEMORY = os.environ.get("KEYUAN_ENGINE_MEMORY", "2GB")
# What work costs by the kind of its line in the log; empty: the shipped file insight/cube/data/costs.toml.
KEYUAN_COSTS = os.environ.get("KEYUAN_COSTS", "")
# What money earns and what is put aside for long cover; empty: the shipped file insight/profit/data/assumptions.toml.
KEYUAN_PROFIT_ASSUMPTIONS = os.environ.get("KEYUAN_PROFIT_ASSUMPTIONS", "")
# Files on records (room files): a folder, or KEYUAN_FILES_URL=s3://bucket/prefix?endpoint=…&region=… with the credentials
# in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. An address of the service lives KEYUAN_FILES_PRESIGN seconds; 0: we stream.
KEYUAN_FILES_URL = os.environ.get("KEYUAN_FILES_URL", "")
KEYUAN_FILES_PRESIGN = int(os.environ.get("KEYUAN_FILES_PRESIGN", "60"))
KEYUAN_FILE_MB = int(os.environ.get("KEYUAN_FILE_MB", "50"))
# clamd://host:3310 or clamd+unix:///run/clamd.ctl; empty: nothing is scanned, and each file says so.
KEYUAN_SCAN_URL = os.environ.get("KEYUAN_SCAN_URL", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": file_storage(KEYUAN_FILES_URL, folder=VAR / "files" / "attachments"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Each file once, under the name with its digest, and no time spent on packing source maps: the first run is faster.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "svgz", "woff", "woff2", "gz", "br", "zip")
MEDIA_ROOT = VAR / "files"

# A sandbox may send webhooks to plain http. Networks of our own that webhooks may reach, such as 10.8.0.0/16.
KEYUAN_SANDBOX = os.environ.get("KEYUAN_SANDBOX") == "1"
KEYUAN_WEBHOOK_NETWORKS = [
    part.strip() for part in os.environ.get("KEYUAN_WEBHOOK_NETWORKS", "").split(",") if part.strip()
]
# An endpoint that takes nothing for so long is disabled, and its administrators are told.
KEYUAN_WEBHOOK_DISABLE_HOURS = int(os.environ.get("KEYUAN_WEBHOOK_DISABLE_HOURS", "72"))

# The identity service that is asked who people are, and the secret that both sign with; without one our own registry.
KEYUAN_IDENTITY_URL = os.environ.get("KEYUAN_IDENTITY_URL", "")
KEYUAN_IDENTITY_SECRET = os.environ.get("KEYUAN_IDENTITY_SECRET", "")
# The code of the unit to which customers belong who come by themselves; without one the head office.
KEYUAN_WEB_UNIT = os.environ.get("KEYUAN_WEB_UNIT", "")
# The certificate centre (docs/trust.md): KEYUAN_TRUST_PASSPHRASE opens its keys, KEYUAN_TRUST_URL is where outsiders find it.
KEYUAN_TRUST = trust_settings(os.environ, var=VAR)
# The log is sealed in batches of so many lines, or what there is after so many seconds (docs/guides/evidence.md).
KEYUAN_SEAL_LINES = int(os.environ.get("KEYUAN_SEAL_LINES", "4096"))
KEYUAN_SEAL_SECONDS = int(os.environ.get("KEYUAN_SEAL_SECONDS", "300"))
# Payments (docs/payments.md). The address that a gateway reaches us by; who we are at Alipay; or the sandbox gateway.
KEYUAN_SITE_URL = os.environ.get("KEYUAN_SITE_URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
KEYUAN_ALIPAY_APP_ID = os.environ.get("KEYUAN_ALIPAY_APP_ID", "")
KEYUAN_ALIPAY_SELLER_ID = os.environ.get("KEYUAN_ALIPAY_SELLER_ID", "")
KEYUAN_ALIPAY_KEY_FILE = os.environ.get("KEYUAN_ALIPAY_KEY_FILE", "")
KEYUAN_ALIPAY_PUBLIC_KEY_FILE = os.environ.get("KEYUAN_ALIPAY_PUBLIC_KEY_FILE", "")
KEYUAN_ALIPAY_GATEWAY = os.environ.get("KEYUAN_ALIPAY_GATEWAY", "https://openapi.alipay.com/gateway.do")
KEYUAN_SANDBOX_GATEWAY_URL = os.environ.get("KEYUAN_SANDBOX_GATEWAY_URL", "")
KEYUAN_SANDBOX_GATEWAY_DIR = os.environ.get("KEYUAN_SANDBOX_GATEWAY_DIR") or str(VAR / "sandbox-gateway")
# A form whose answer leads the browser to the gateway.
GATEWAY_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(KEYUAN_ALIPAY_GATEWAY))] if KEYUAN_ALIPAY_APP_ID else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *OIDC_ORIGINS, *GATEWAY_ORIGINS],
    }
}
