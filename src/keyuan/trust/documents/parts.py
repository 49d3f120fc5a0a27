"""What pyHanko signs with: our key for documents, our time stamps, made here and not fetched."""

from __future__ import annotations

import secrets
from datetime import datetime

from asn1crypto import algos, cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from keyuan.trust.authorities import Known
from keyuan.trust.pki.pdf import as_asn1
from keyuan.trust.pki.stamps import Stamper, stamp

DIGEST = "sha256"
#: No DER signature on P-256 is longer.
LONGEST = 72


class KeySigner(Signer):
    """Signs with a key of the centre, wherever it lies."""

    def __init__(self, known: Known) -> None:
        self._key = known.issuer.key
        above = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        above.register_multiple(as_asn1(one) for one in known.chain[:-1])
        super().__init__(
            embed_roots=False,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": f"{DIGEST}_ecdsa"}),
            signing_cert=as_asn1(known.certificate),
            cert_registry=above,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature; a dry run only asks how long it may be."""
        if dry_run:
            return bytes(LONGEST)
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class OwnTimeStamper(TimeStamper):
    """Our time-stamp authority without a network between.

    Each token is handed over as read from its bytes and never looked into: where asn1crypto has met a default value in a
    structure (the digest of ESSCertIDv2), it writes it anew each time, twice at every level that it is put into, and what
    takes milliseconds takes half a minute.
    """

    def __init__(self, stamper: Stamper, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stamper, self._at = stamper, at

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token for the digest; only SHA-256 is asked for."""
        if md_algorithm != DIGEST:
            raise ValueError(f"documents are stamped with {DIGEST}")
        return cms.ContentInfo.load(stamp(message_digest, stamper=self._stamper, at=self._at).token)

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        """A token of the right length."""
        if md_algorithm not in self._dummy_response_cache:
            token = await self.async_timestamp(bytes(32), md_algorithm)
            self._register_dummy(md_algorithm, token)  # type: ignore[no-untyped-call]
        return await self.async_timestamp(bytes(32), md_algorithm)


def field_name(what: str) -> str:
    """A name for a signature field that no field of the document has yet."""
    return f"{what}-{secrets.token_hex(4)}"
