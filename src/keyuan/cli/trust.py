"""``keyuan trust``: the certificate centre."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="The certificate centre.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command()
def init(
    demo: Annotated[bool, typer.Option(help="Keys that everybody can open, for a first look.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make what is missing: root, issuing authority, and the keys for status, time, documents and the log."""
    ready()
    expect_tables()
    from keyuan.trust import authorities

    made = [row.name for row in authorities.establish(demo=demo)]
    text = f"Made: {', '.join(made)}." if made else "Nothing was missing."
    show({"made": made}, as_json=as_json, text=text)


@app.command()
def status(as_json: AsJson = False) -> None:
    """List the company's keys with the days on which their certificates end."""
    ready()
    expect_tables()
    from keyuan.trust.queries import authority_rows

    rows = authority_rows()
    text = "\n".join(f"{row['name']:14}{row['ends']}  {row['serial']}  {row['keeper']}" for row in rows)
    show({"authorities": rows}, as_json=as_json, text=text or "There is no certificate centre: keyuan trust init.")


@app.command()
def renew(role: str, as_json: AsJson = False) -> None:
    """A new key and certificate of a role (issuing, ocsp, tsa, documents, log), used from now on."""
    ready()
    expect_tables()
    from keyuan.kernel.actor import Actor
    from keyuan.trust import authorities
    from keyuan.trust.states import COMPANY_ROLES

    if role not in COMPANY_ROLES:
        raise typer.BadParameter(f"one of: {', '.join(COMPANY_ROLES)}")
    made = authorities.renew(role, by=Actor.system("keyuan trust"))
    show({"made": made.name}, as_json=as_json, text=f"Made: {made.name}.")


@app.command()
def lists(as_json: AsJson = False) -> None:
    """Publish the next revocation list of each authority; the root's needs the root's key, once a year."""
    ready()
    expect_tables()
    from keyuan.trust.revocations import publish_all

    made = {one.authority.name: one.number for one in publish_all()}
    show({"lists": made}, as_json=as_json, text="\n".join(f"{name}: list {number}" for name, number in made.items()))


@app.command()
def revoke(
    serial: str,
    reason: Annotated[str, typer.Option(help="As RFC 5280 names it: keyCompromise, superseded, ...")],
    as_json: AsJson = False,
) -> None:
    """Revoke one of the company's own certificates, by its serial number."""
    ready()
    expect_tables()
    from keyuan.kernel.actor import Actor
    from keyuan.trust.authorities import revoke_own

    made = revoke_own(serial, reason=reason, by=Actor.system("keyuan trust"))
    show({"revoked": made.serial}, as_json=as_json, text=f"Revoked: {made.subject}.")


@app.command()
def root(out: Annotated[Path, typer.Argument(help="Where to write it, as PEM.")], as_json: AsJson = False) -> None:
    """Write the root certificate: all that an outsider needs to check what we signed."""
    ready()
    expect_tables()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    from keyuan.trust import authorities
    from keyuan.trust.refusals import NoAuthority

    found = authorities.roots()
    if not found:
        raise NoAuthority
    out.write_bytes(found[0].public_bytes(Encoding.PEM))
    digest = found[0].fingerprint(hashes.SHA256()).hex(":").upper()
    show({"file": str(out), "sha256": digest}, as_json=as_json, text=f"{out}\nSHA-256 {digest}")
