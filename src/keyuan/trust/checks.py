"""Who somebody is, before they get a certificate: a check of identity that matched lately, or one made now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from keyuan.customers.contacting import contact_of
from keyuan.identity import actions, queries
from keyuan.identity.states import Outcome
from keyuan.kernel.clock import now
from keyuan.trust.refusals import IdentityNotChecked, IdentityUnclear

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer

#: The wording of the consent on the page (templates/trust/own.html): a new text has a new number.
CONSENT_WORDING: Final = "certificate-1"
#: A check that matched holds so long for a certificate.
HOLDS: Final = timedelta(days=30)


def fresh_check(customer_id: int, *, by: Viewer) -> str:
    """The id of the customer's check that matched lately; empty if there is none."""
    found = queries.latest_match(customer_id, viewer=by)
    return str(found.pk) if found is not None and now() - found.asked_at < HOLDS else ""


def check_now(
    customer: Customer,
    *,
    document_number: str,
    consented: bool,
    address: str,
    by: Viewer,
    subject: tuple[str, str | int] = ("certificate", "new"),
    wording: str = CONSENT_WORDING,
) -> str:
    """Check the customer who is signed in with the number they typed and the mobile we know; the id of the check.

    ``subject``: what it is checked for, ``wording``: of the consent on the page that asks.
    Call it outside any transaction. Raises IdentityNotChecked without consent, IdentityUnclear unless all belong together.
    """
    mobile = contact_of(customer.pk).mobile
    if not (consented and document_number.strip() and mobile):
        raise IdentityNotChecked
    made = actions.check(
        name=customer.name,
        document_number=document_number,
        mobile=mobile,
        customer_id=customer.pk,
        consent=wording,
        subject=subject,
        address=address,
        by=by.actor,
    )
    if made.outcome != Outcome.MATCH:
        raise IdentityUnclear
    return str(made.pk)
