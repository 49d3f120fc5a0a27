"""Which provider this installation asks."""

from __future__ import annotations

from django.conf import settings

from keyuan.identity.providers.embedded import Embedded
from keyuan.identity.providers.http import OverHttp
from keyuan.identity.providers.shapes import Provider


def provider() -> Provider:
    """The service of KEYUAN_IDENTITY_URL, or the embedded provider."""
    url = str(settings.KEYUAN_IDENTITY_URL)
    return OverHttp(url, str(settings.KEYUAN_IDENTITY_SECRET)) if url else Embedded()
