"""Where the bytes lie: the storage named ``files`` of the settings (a folder, or an S3-compatible service)."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils.http import content_disposition_header

from keyuan.kernel.clock import today


def store() -> Storage:
    """The storage of this installation."""
    return storages["files"]


def keep(content: File[bytes]) -> str:
    """Store the bytes under a name that tells nothing about them; returns that name."""
    content.seek(0)
    return str(store().save(f"{today():%Y/%m}/{uuid4().hex}", content))


def presigned(key: str, *, name: str, content_type: str) -> str:
    """An address at the storage service that hands out one file for a short while; empty where there is no such thing."""
    seconds = int(settings.KEYUAN_FILES_PRESIGN)
    if not seconds or not settings.KEYUAN_FILES_URL:
        return ""
    header = content_disposition_header(True, name) or "attachment"
    parameters = {"ResponseContentDisposition": header, "ResponseContentType": content_type}
    return str(store().url(key, parameters=parameters, expire=seconds))  # type: ignore[call-arg]  # S3Storage's own
