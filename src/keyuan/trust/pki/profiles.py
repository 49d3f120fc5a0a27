"""What stands in each kind of certificate (RFC 5280), and making one.

Days of validity are our certificate policy (docs/trust.md). No certificate outlives the one that signed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Use
from cryptography.x509.oid import NameOID

#: For signing documents in general (RFC 9336).
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
#: The company's own hold from a little before they are made: what is begun before and ended after fits, and clocks differ.
EARLIER: Final = timedelta(minutes=5)
#: Under the arc of the certificate policy.
POLICY_OF_COMPANY: Final = ".1"
POLICY_OF_CUSTOMERS: Final = ".2"
POLICY_OF_TIME_STAMPS: Final = ".3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of certificate. ``depth``: how many authorities may stand below it; None for one that is no authority."""

    days: int
    usages: frozenset[str]
    depth: int | None = None
    extended: tuple[x509.ObjectIdentifier, ...] = ()
    extended_critical: bool = False
    policy: str = POLICY_OF_COMPANY
    # A responder's own certificate is not asked about (RFC 6960 §4.2.2.2.1).
    no_check: bool = False
    asks_ocsp: bool = True


_AUTHORITY: Final = frozenset({"key_cert_sign", "crl_sign"})
_SIGNS: Final = frozenset({"digital_signature"})
_COMMITS: Final = frozenset({"digital_signature", "content_commitment"})

PROFILES: Final[dict[str, Profile]] = {
    "root": Profile(days=7305, usages=_AUTHORITY, depth=1, asks_ocsp=False),
    "issuing": Profile(days=3652, usages=_AUTHORITY, depth=0, asks_ocsp=False),
    "ocsp": Profile(days=365, usages=_SIGNS, extended=(Use.OCSP_SIGNING,), no_check=True, asks_ocsp=False),
    "tsa": Profile(
        days=1826, usages=_SIGNS, extended=(Use.TIME_STAMPING,), extended_critical=True, policy=POLICY_OF_TIME_STAMPS
    ),
    # Readers of PDF that know certificates from mail alone (NSS in Poppler) want that use as well.
    "documents": Profile(days=1096, usages=_COMMITS, extended=(DOCUMENT_SIGNING, Use.EMAIL_PROTECTION)),
    "log": Profile(days=1096, usages=_COMMITS, extended=(DOCUMENT_SIGNING,)),
    "customer": Profile(
        days=731, usages=_COMMITS, extended=(Use.CLIENT_AUTH, DOCUMENT_SIGNING), policy=POLICY_OF_CUSTOMERS
    ),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: its certificate, its key, and the name under which it is found at our address (``issuing-1``)."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """What certificates say about us: our address and the arc of our policies."""

    address: str
    arc: str

    def policy(self, profile: Profile) -> x509.ObjectIdentifier:
        return x509.ObjectIdentifier(f"{self.arc}{profile.policy}")


def company_name(company: str, common: str) -> x509.Name:
    """The name of one of the company's own certificates."""
    return _name((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, company), (NameOID.COMMON_NAME, common))


def customer_name(name: str, number: str) -> x509.Name:
    """The name of a customer's certificate: what they are called, and our number for them. Never a document's number."""
    # X.520 bounds a common name at 64 characters.
    return _name(
        (NameOID.COUNTRY_NAME, "CN"), (NameOID.COMMON_NAME, name.strip()[:64]), (NameOID.SERIAL_NUMBER, number)
    )


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def digest_for(key: EllipticCurvePrivateKey | EllipticCurvePublicKey) -> hashes.SHA256 | hashes.SHA384:
    """The digest that fits the strength of the curve."""
    return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()


def issue(
    kind: str, *, subject: x509.Name, public_key: EllipticCurvePublicKey, issuer: Issuer, at: datetime, place: Place
) -> x509.Certificate:
    """A certificate of a kind for a key, from ``at`` on."""
    profile = PROFILES[kind]
    begins = at.replace(microsecond=0) - (EARLIER if kind != "customer" else timedelta())
    ends = min(begins + timedelta(days=profile.days), issuer.certificate.not_valid_after_utc)
    base = f"{place.address}/trust/ca/{issuer.name}"
    access = [x509.AccessDescription(Access.CA_ISSUERS, x509.UniformResourceIdentifier(f"{base}.cer"))]
    if profile.asks_ocsp:
        responder = x509.UniformResourceIdentifier(f"{place.address}/trust/ocsp/")
        access.insert(0, x509.AccessDescription(Access.OCSP, responder))
    lists = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{base}.crl")], None, None, None)
    builder = (
        _builder(profile, subject=subject, public_key=public_key, begins=begins, ends=ends, place=place)
        .issuer_name(issuer.certificate.subject)
        .add_extension(_key_of(issuer.certificate), critical=False)
        .add_extension(x509.AuthorityInformationAccess(access), critical=False)
    )
    if profile.no_check:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    else:
        builder = builder.add_extension(x509.CRLDistributionPoints([lists]), critical=False)
    return builder.sign(issuer.key, digest_for(issuer.key))


def issue_root(*, subject: x509.Name, key: EllipticCurvePrivateKey, at: datetime, place: Place) -> x509.Certificate:
    """The certificate that signs itself."""
    begins = at.replace(microsecond=0) - EARLIER
    ends = begins + timedelta(days=PROFILES["root"].days)
    builder = _builder(
        PROFILES["root"], subject=subject, public_key=key.public_key(), begins=begins, ends=ends, place=place
    )
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return builder.issuer_name(subject).add_extension(own, critical=False).sign(key, digest_for(key))


def _builder(
    profile: Profile,
    *,
    subject: x509.Name,
    public_key: EllipticCurvePublicKey,
    begins: datetime,
    ends: datetime,
    place: Place,
) -> x509.CertificateBuilder:
    statement = [f"{place.address}/trust/"]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())  # 159 random bits
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(profile.depth is not None, profile.depth), critical=True)
        .add_extension(x509.KeyUsage(**{name: name in profile.usages for name in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(place.policy(profile), statement)])
            if profile.depth is None
            else x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), statement)]),
            critical=False,
        )
    )
    if profile.extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(profile.extended), critical=profile.extended_critical)
    return builder


def _key_of(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known.value)


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as we write it."""
    return f"{certificate.serial_number:x}"
