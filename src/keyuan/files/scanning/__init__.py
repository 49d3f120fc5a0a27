"""Looking for viruses: the interface, and which scanner this installation has (KEYUAN_SCAN_URL)."""

from __future__ import annotations

from typing import IO, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from keyuan.files.scanning.clamd import Clamd


class Scanner(Protocol):
    """Anything that can look through a stream of bytes. Raises OSError if it cannot be reached or gives up."""

    def scan(self, stream: IO[bytes]) -> tuple[str, str]:
        """(threat, name and version of the scanner)."""


def scanner() -> Scanner | None:
    """The scanner of the settings: ``clamd://host:3310`` or ``clamd+unix:///run/clamd.ctl``; None if there is none."""
    if not settings.KEYUAN_SCAN_URL:
        return None
    address = urlsplit(settings.KEYUAN_SCAN_URL)
    if address.scheme == "clamd+unix":
        return Clamd(path=address.path)
    if address.scheme == "clamd":
        return Clamd(host=address.hostname or "localhost", port=address.port or 3310)
    raise ValueError("KEYUAN_SCAN_URL is neither clamd://host:port nor clamd+unix:///path")


def is_scanning() -> bool:
    """Whether files are scanned at all."""
    return bool(settings.KEYUAN_SCAN_URL)
