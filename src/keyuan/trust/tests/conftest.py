"""A customer with a sign-in and a device: its key is made here as a browser makes it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.actions import open_portal_account, register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.trust import authorities
from keyuan.trust.actions import certify, sign_as_customer
from keyuan.trust.canonical import canonical
from keyuan.trust.models import Certificate, Signature
from keyuan.trust.signing import statement

ID_NUMBER = "320586199001011231"


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Any) -> Any:
    """Key files of this test alone; what a process keeps of others is forgotten."""
    from dataclasses import replace

    settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, folder=tmp_path / "trust")
    authorities._key.cache_clear()
    yield
    authorities._key.cache_clear()


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Device:
    """What the browser does: a P-256 key, a request for it, and signatures as WebCrypto writes them."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def csr(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self.key, hashes.SHA256())
        return request.public_bytes(Encoding.PEM).decode()

    def sign(self, document: Mapping[str, Any]) -> str:
        r, s = decode_dss_signature(self.key.sign(canonical(document), ec.ECDSA(hashes.SHA256())))
        return b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@dataclass
class Holder:
    """A customer who is signed in, with one certified device."""

    customer: Customer
    user: User
    viewer: Viewer
    device: Device
    certificate: Certificate

    def sign(self, subject: tuple[str, str], **content: Any) -> Signature:
        document = statement(subject, **content)
        return sign_as_customer(
            self.customer.pk,
            subject=subject,
            document=document,
            signature_b64u=self.device.sign(document),
            certificate_serial=self.certificate.serial,
            by=self.viewer,
        )


@pytest.fixture
def person(org: Organisation, user_as: Callable[..., User]) -> Callable[..., tuple[Customer, User]]:
    """A customer with a sign-in, who has no certificate yet."""

    def make(name: str = "陈秀英", id_number: str = ID_NUMBER) -> tuple[Customer, User]:
        system = Actor.system("tests")
        draft = CustomerDraft(name=name, org_unit_id=org.branch.pk, details=PersonDraft(id_number=id_number))
        customer = register_customer(draft, by=system)
        user = user_as(Role.CUSTOMER)
        open_portal_account(customer.pk, user_id=user.pk, by=system)
        return customer, user

    return make


@pytest.fixture
def holder_of(person: Callable[..., tuple[Customer, User]]) -> Callable[..., Holder]:
    def make(name: str = "陈秀英", id_number: str = ID_NUMBER) -> Holder:
        customer, user = person(name, id_number)
        device, viewer = Device(), viewer_of(user)
        made = certify(customer.pk, csr_pem=device.csr, device="我的手机", identity_check_id="check-1", by=viewer)
        return Holder(customer, user, viewer, device, made)

    return make


@pytest.fixture
def holder(holder_of: Callable[..., Holder]) -> Holder:
    """陈秀英, with her phone."""
    return holder_of()
