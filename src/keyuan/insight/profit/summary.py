"""A run told: as JSON for programs, as lines for a terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.insight.profit.telling import PARTS

if TYPE_CHECKING:
    from keyuan.insight.models import CustomerProfit
    from keyuan.insight.profit.curve import Curve
    from keyuan.insight.profit.queries import Whale


def as_json(found: Whale) -> dict[str, Any]:
    """Amounts as texts (exact), the shares of the total as numbers; drivers and models are those of the whole company."""
    run = found.run
    return {
        "run": run.pk,
        "kind": run.kind,
        "period": f"{run.starts_on}..{run.ends_on}",
        "basis": run.basis,
        "premium": run.premium_is,
        "currency": run.currency,
        "as_of": run.as_of.isoformat(),
        "whole_company": found.whole_company,
        "totals": {name: _text(amount) for name, amount in found.totals.items()},
        "realised": curve_as_json(found.realised),
        "structural": curve_as_json(found.structural),
        "sources": {line: _sources(run.told, line) for line in run.told["lines"]} if found.whole_company else {},
        "drivers": run.told["drivers"],
        "drivers_by_line": run.told["drivers_of"],
        "models": run.told["models"],
        "assumptions": run.told["sources"],
    }


def _sources(told: dict[str, Any], line: str) -> dict[str, str]:
    """Where a line's profit comes from: premium of what began in the period, the rest of it, and the interest spread."""
    own, fresh, credited = told["lines"][line], told.get("new", {}).get(line, 0), told.get("interest", {}).get(line, 0)
    cents = {
        "new_premium": fresh,
        "renewal_premium": own["premium"] - fresh,
        "investment": own["investment"],
        "interest_credited": credited,
        "interest_spread": own["investment"] - credited,
        "claims": own["claims"],
        "payouts": own["payouts"],
        "costs": own["commission"] + own["servicing"],
        "profit": own["profit"],
    }
    return {name: _text(Decimal(amount) / 100) for name, amount in cents.items()}


def curve_as_json(one: Curve) -> dict[str, Any]:
    """``best_20``, ``worst_20``: their part of the total (None without a profit); ``sums``: yuan at each hundredth."""
    return {
        "customers": one.customers,
        "losing": one.losing,
        "best_20": one.share_of(0, 0.2),
        "middle_60": one.share_of(0.2, 0.8),
        "worst_20": one.share_of(0.8, 1),
        "sums": [_text(Decimal(cents) / 100) for cents in one.sums],
    }


def customer_as_json(row: CustomerProfit) -> dict[str, Any]:
    """One customer's row, with the amounts of each line in cents and the reasons."""
    return {
        "customer": row.customer_id,
        "run": row.run_id,
        "period": f"{row.run.starts_on}..{row.run.ends_on}",
        **{name: _text(getattr(row, name)) for name in PARTS},
        "lines": row.why,
    }


def as_lines(found: Whale) -> str:
    """Totals, then both readings."""
    lines = [f"{PARTS[name]}\t{amount:,.2f}" for name, amount in found.totals.items()]
    for name, one in (("profit", found.realised), ("structure", found.structural)):
        shares = [one.share_of(0, 0.2), one.share_of(0.2, 0.8), one.share_of(0.8, 1)]
        told = " / ".join("–" if share is None else f"{share * 100:,.0f}%" for share in shares)
        lines.append(f"{PARTS[name]} 20/60/20\t{told}")
    return "\n".join(lines)


def _text(amount: Decimal) -> str:
    return f"{amount:.2f}"
