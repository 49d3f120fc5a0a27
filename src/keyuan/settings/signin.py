"""How people sign in: passwords, second factors, passkeys, single sign-on, limits, cookies. All from the environment."""

from __future__ import annotations

import os
from typing import Any


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default) == "1"


def _pairs(text: str) -> dict[str, str]:
    """``a=b,c=d`` as a mapping."""
    pairs = (item.split("=", 1) for item in text.split(",") if "=" in item)
    return {key.strip(): value.strip() for key, value in pairs}


AUTHENTICATION_BACKENDS = ["keyuan.accounts.backends.AccountBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"

# Accounts are made by an administrator or by the company's directory (single sign-on); nobody registers themselves.
ACCOUNT_ADAPTER = "keyuan.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key", "reauthenticate": "10/m/user"}

# Whoever may see secrets in clear (Permission.UNMASK) must have a second factor. Off in the demo.
KEYUAN_REQUIRE_MFA = _flag("KEYUAN_REQUIRE_MFA")
MFA_ADAPTER = "keyuan.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "客缘 Keyuan"
MFA_TOTP_TOLERANCE = 1
# Browsers allow passkeys without https on localhost only; so may we.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _flag("KEYUAN_INSECURE_PASSKEYS", "1")

# Proxies in front that set X-Forwarded-For; without any, the address of the connection counts.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("KEYUAN_PROXIES", "0"))

# Single sign-on. The rule from claims to role and unit is in docs/sign-in.md.
KEYUAN_OIDC: dict[str, Any] = {
    "server": os.environ.get("KEYUAN_OIDC_SERVER", ""),
    "name": os.environ.get("KEYUAN_OIDC_NAME", "单点登录"),
    "client_id": os.environ.get("KEYUAN_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("KEYUAN_OIDC_CLIENT_SECRET", ""),
    "username_claim": os.environ.get("KEYUAN_OIDC_USERNAME_CLAIM", "preferred_username"),
    "role_claim": os.environ.get("KEYUAN_OIDC_ROLE_CLAIM", "keyuan_role"),
    "unit_claim": os.environ.get("KEYUAN_OIDC_UNIT_CLAIM", "keyuan_unit"),
    "roles": _pairs(os.environ.get("KEYUAN_OIDC_ROLES", "")),
    "create": _flag("KEYUAN_OIDC_CREATE"),
    "link": _flag("KEYUAN_OIDC_LINK"),
}
OIDC_PROVIDER_ID = "company"
# The sign-in form is sent to us and answered with a redirect there: browsers apply form-action to that as well.
OIDC_ORIGINS = ["/".join(KEYUAN_OIDC["server"].split("/")[:3])] if KEYUAN_OIDC["server"] else []


def oidc_providers(oidc: dict[str, Any]) -> dict[str, Any]:
    """allauth's provider table for the KEYUAN_OIDC settings; empty when no server is named."""
    if not oidc["server"]:
        return {}
    app = {
        "provider_id": OIDC_PROVIDER_ID,
        "name": oidc["name"],
        "client_id": oidc["client_id"],
        "secret": oidc["client_secret"],
        "settings": {"server_url": oidc["server"]},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


SOCIALACCOUNT_ADAPTER = "keyuan.accounts.adapters.CompanyDirectoryAdapter"
SOCIALACCOUNT_PROVIDERS = oidc_providers(KEYUAN_OIDC)
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = False

# Behind https (KEYUAN_HTTPS=1) cookies are sent over https only, and browsers are told to stay there (HSTS).
HTTPS = _flag("KEYUAN_HTTPS")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and _flag("KEYUAN_HTTPS_REDIRECT", "1")
SECURE_HSTS_SECONDS = int(os.environ.get("KEYUAN_HSTS_SECONDS", "31536000")) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and _flag("KEYUAN_HSTS_SUBDOMAINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and ALLAUTH_TRUSTED_PROXY_COUNT else None
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("KEYUAN_ORIGINS", "").split(",") if origin]
SESSION_COOKIE_NAME = "__Host-keyuan" if HTTPS else "keyuan"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "keyuan.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
# A sign-in ends so long after its last request, and so long after it began (accounts/session_limits.py).
KEYUAN_IDLE_MINUTES = int(os.environ.get("KEYUAN_IDLE_MINUTES", "120"))
KEYUAN_IDLE_MINUTES_CUSTOMER = int(os.environ.get("KEYUAN_IDLE_MINUTES_CUSTOMER", "30"))
KEYUAN_SESSION_HOURS = int(os.environ.get("KEYUAN_SESSION_HOURS", "12"))
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# allauth counts sign-in attempts in the cache, so the cache must be one for all processes. See docs/sign-in.md.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "keyuan_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Other limits than those of accounts/limits.py, such as KEYUAN_LIMITS="find=6000/60,unmask=50/3600".
KEYUAN_LIMITS: dict[str, tuple[int, int]] = {
    name: (int(rate.split("/")[0]), int(rate.split("/")[1]))
    for name, rate in _pairs(os.environ.get("KEYUAN_LIMITS", "")).items()
}
