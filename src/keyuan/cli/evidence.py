"""``keyuan evidence``: the evidence file of one policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def evidence(
    policy: Annotated[str, typer.Argument(help="The policy's number.")],
    out: Annotated[Path, typer.Option(help="Where to write it; it holds personal data in clear.")],
    purpose: Annotated[str, typer.Option(help="What it is for; it stands in the log.")] = "command line",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Gather everything that proves how a policy was sold into one file; 'keyuan verify' checks it offline."""
    ready()
    expect_tables()
    from keyuan.accounts.scope import system_viewer
    from keyuan.journeys import proof

    found = proof.gather_numbered(policy, purpose=purpose, by=system_viewer("command line"))
    out.write_bytes(found.data)
    text = f"{out} ({len(found.data)} bytes). Check it: keyuan verify {out} --root root.pem"
    show({"file": str(out), "bytes": len(found.data)}, as_json=as_json, text=text)
