"""What several checks share: under which of the trusted roots something holds, and how a moment is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, TypeVar

from keyuan.trust.pki.checking import Broken, Stamped, check_seal_bytes

if TYPE_CHECKING:
    from cryptography import x509

T = TypeVar("T")
#: China has one zone and no summer time.
ZONE: Final = timezone(timedelta(hours=8))


def first_under(roots: Sequence[x509.Certificate], check: Callable[[x509.Certificate], T]) -> T:
    """What the check finds under the first root under which it holds; raises Broken as it does under the last."""
    why = Broken("there is no root certificate to trust", "没有可信任的根证书")
    for root in roots:
        try:
            return check(root)
        except Broken as broken:
            why = broken
    raise why


def check_under(digest: bytes, seal: bytes, roots: Sequence[x509.Certificate]) -> Stamped:
    """The company's seal over a digest; raises Broken."""
    return first_under(roots, lambda root: check_seal_bytes(digest, seal, root=root))


def when(at: datetime) -> str:
    """A moment as people in China read it."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
