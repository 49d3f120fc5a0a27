"""The legal clocks of claims from the dated parameters, gathered once for each edition."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from keyuan.claims.rules import ClaimClocks
from keyuan.claims.states import ClockKind
from keyuan.deadlines.parameters import edition, parameter


def clocks_for(*, product: str = "", on: date) -> ClaimClocks:
    """The clocks of a claim under a policy of ``product`` (its code) on a day."""
    return _clocks(product, edition(on))


@lru_cache(maxsize=1024)
def _clocks(product: str, on: date) -> ClaimClocks:
    decision = parameter("claim.decision_days", on=on, product=product)
    payment = parameter("claim.payment_days", on=on, product=product)
    refusal = parameter("claim.refusal_notice_days", on=on, product=product)
    undisputed = parameter("claim.undisputed_payment_days", on=on, product=product)
    return ClaimClocks(
        decision_days=decision.number,
        payment_days=payment.number,
        refusal_notice_days=refusal.number,
        undisputed_days=undisputed.number,
        articles=(
            (ClockKind.DECISION, decision.source),
            (ClockKind.PAYMENT, payment.source),
            (ClockKind.REFUSAL_NOTICE, refusal.source),
            (ClockKind.UNDISPUTED_PAYMENT, undisputed.source),
        ),
    )
