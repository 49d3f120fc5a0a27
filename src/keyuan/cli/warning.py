"""``keyuan warning``: customers who may leave, the likeliest first, with the reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def warning(
    days: Annotated[int, typer.Option(help="Within 30, 60 or 90 days; 0: everybody who was scored.")] = 90,
    reason: Annotated[str, typer.Option(help="Only with this reason, such as agent_left.")] = "",
    branch: Annotated[int | None, typer.Option(help="Only this unit and those below it, by id.")] = None,
    size: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    username: Annotated[str, typer.Option("--as", help="List what this account sees; else the whole company.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """List customers who may leave, as of the last scores (keyuan score lapse_own)."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.insight.scores.queries import WarningFilter
    from keyuan.insight.scores.wording import sentences
    from keyuan.retention.queries.warning import as_told, warned

    viewer = viewer_named(username) if username else system_viewer("keyuan warning")
    found = warned(WarningFilter(horizon=days, reason=reason, branch=branch), viewer=viewer, size=size)
    with override(language()):
        lines = "\n".join(
            f"{row.score.value:.1%}\t{row.customer.number}\t{row.customer.name}"
            f"\t{'' if row.policy is None else row.policy.number}\t{row.score.value_at_risk}\t{row.score.due_on or ''}"
            f"\t{'; '.join(sentences(row.score.reasons))}"
            for row in found
        )
        nothing = "Nobody." if language() == "en" else "没有需要预警的客户。"
        show({"days": days, "customers": [as_told(row) for row in found]}, as_json=as_json, text=lines or nothing)
