"""Where files on records lie, from one address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


def file_storage(address: str, *, folder: Path) -> dict[str, Any]:
    """The entry of STORAGES for ``s3://bucket/prefix?endpoint=…&region=…``; without an address the folder.

    Nothing in a bucket is public: each address is signed, and lives only as long as it is asked to.
    """
    if not address:
        options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError("KEYUAN_FILES_URL is not s3://bucket/prefix?endpoint=…&region=…")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": asked.get("endpoint") or None,
            "region_name": asked.get("region") or None,
            "addressing_style": asked.get("addressing") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
