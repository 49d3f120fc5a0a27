"""A sale from its first page to the policy document, with a real signature: what evidence is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509

from keyuan.buying.views.signing import statement_of
from keyuan.evidence.pages import actions as pages
from keyuan.evidence.pages.writing import Place, Shown, append
from keyuan.evidence.tests.conftest import settle
from keyuan.journeys import document, proof
from keyuan.journeys.tests.test_insure import pay
from keyuan.orders import actions, queries
from keyuan.orders.states import Stage
from keyuan.policies.models import Policy
from keyuan.trust import authorities
from keyuan.trust.actions import certify, sign_as_customer
from keyuan.trust.authorities import Known
from keyuan.trust.pki.signed import signed_data
from keyuan.trust.pki.stamps import Stamper, digest_of, stamp
from keyuan.trust.tests.conftest import Device

if TYPE_CHECKING:
    from datetime import datetime

    from keyuan.orders.access import Holder
    from keyuan.orders.models import Order

PAGES = (
    b"<!doctype html><title>clauses</title><p>\xe8\xb4\xa3\xe4\xbb\xbb\xe5\x85\x8d\xe9\x99\xa4</p>",
    b"<p>sign</p>" * 700,
)


def sell(order: Order, holder: Holder) -> Policy:
    """The order traced, submitted, signed, paid and issued; its document made."""
    from keyuan.billing import actions as billing
    from keyuan.kernel.money import Money

    authorities.establish(demo=True)
    pages.begin(order.pk, number=order.number, product=order.product, said={})
    if order.customer_id is not None:
        pages.belongs(order.pk, number=order.number, product=order.product, customer_id=order.customer_id)
    for name, page in zip(("clauses", "sign"), PAGES, strict=True):
        append(Place(sale=order.pk), "shown", {"view": name}, shown=Shown(page))
    order = actions.submit(order.pk, by=holder)
    if queries.order(order.pk, by=holder).stage == Stage.OFFERED:
        order = actions.agree(order.pk, by=holder)
    assert order.customer_id is not None
    assert order.premium is not None
    device = Device()
    own = certify(order.customer_id, csr_pem=device.csr, device="手机", identity_check_id="1", by=holder.viewer)
    told = statement_of(queries.order(order.pk, by=holder))
    kept = sign_as_customer(
        order.customer_id,
        subject=("order", order.number),
        document=told,
        signature_b64u=device.sign(told),
        certificate_serial=own.serial,
        by=holder.viewer,
    )
    actions.signed(order.pk, signature_ref=str(kept.pk), by=holder)
    attempt = billing.begin(
        order.number,
        customer_id=order.customer_id,
        amount=Money(order.premium),
        subject="投保",
        expires_at=order.expires_at,
        by=holder.actor,
    )
    pay(attempt)
    policy = Policy.objects.get()
    document.make(policy.pk)
    settle()
    return policy


@dataclass(frozen=True)
class Sold:
    """The evidence of a sale, and everything that an insider could forge it with."""

    policy: Policy
    data: bytes
    roots: list[x509.Certificate]
    log: Known
    stamper: Stamper
    at: datetime

    def reseal(self, manifest: bytes) -> bytes:
        """The seal that the company's own key puts on another list."""
        parts = signed_data(
            "data",
            digest_of(manifest),
            signer=self.log.issuer,
            at=self.at,
            certificates=(self.log.certificate, *self.log.chain[:-1]),
            detached=True,
        )
        token = stamp(digest_of(parts.value), stamper=self.stamper, at=self.at)
        made: bytes = parts.stamped(token.token).whole().dump()
        return made


def gathered(policy: Policy) -> Sold:
    """The evidence as the command line gathers it."""
    from keyuan.accounts.scope import system_viewer
    from keyuan.kernel.clock import now

    made = proof.gather(policy.pk, purpose="tests", by=system_viewer("tests"))
    return Sold(policy, made.data, authorities.roots(), authorities.known("log"), authorities.stamper(), now())
