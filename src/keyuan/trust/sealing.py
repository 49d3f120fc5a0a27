"""The company's seal over a digest, such as the root of a batch of the log: signed with the log key, time-stamped.

A seal is detached signed data (CMS, CAdES-T): it brings its certificates and its time stamp, so that the digest, the
seal and our root certificate are all that is needed to check it, with ``check_seal`` or with ``openssl cms``.
"""

from __future__ import annotations

from cryptography import x509

from keyuan.kernel.clock import now
from keyuan.trust import authorities
from keyuan.trust.pki.checking import Broken, Stamped, check_seal_bytes
from keyuan.trust.pki.signed import signed_data
from keyuan.trust.pki.stamps import digest_of, stamp
from keyuan.trust.refusals import NotTheSeal
from keyuan.trust.states import Role


def seal(digest: bytes) -> bytes:
    """The seal over these bytes (32 of a SHA-256, as a rule); raises NoAuthority, KeyUnavailable."""
    at = now()
    signer = authorities.known(Role.LOG, at=at)
    parts = signed_data(
        "data",
        digest,
        signer=signer.issuer,
        at=at,
        certificates=(signer.certificate, *signer.chain[:-1]),
        detached=True,
    )
    token = stamp(digest_of(parts.value), stamper=authorities.stamper(at=at), at=at)
    made: bytes = parts.stamped(token.token).whole().dump()
    return made


def check_seal(digest: bytes, seal: bytes, *, root: x509.Certificate | None = None) -> Stamped:
    """When the digest was sealed and by which certificate; raises NotTheSeal if anything of it was altered.

    ``root``: trusted from outside (``keyuan verify``); else whichever of our own the seal was made under.
    """
    why = "no root certificate"
    for one in authorities.roots() if root is None else (root,):
        try:
            return check_seal_bytes(digest, seal, root=one)
        except Broken as broken:
            why = str(broken)
    raise NotTheSeal(why=why)
