"""``keyuan verify``: with a file it needs no database, no network and no settings, only the root certificate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keyuan.cli import show

if TYPE_CHECKING:
    from cryptography import x509

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="An evidence file, or the number of a policy of this installation.")],
    root: Annotated[Path | None, typer.Option(help="The insurer's root certificate (PEM), had from elsewhere.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Check the policy document, the signatures, the log lines and the pages; exit code 1 if anything does not hold."""
    from keyuan.cli.beginning import language
    from keyuan.evidence.offline.verify import verify as verify_file

    path = Path(what)
    data = path.read_bytes() if path.is_file() else _gathered(what)
    roots = _roots(root, from_database=not path.is_file())
    report = verify_file(data, roots)
    show(report.as_dict(), as_json=as_json, text=report.text(language()))
    if not report.holds:
        sys.exit(1)


def _gathered(number: str) -> bytes:
    from keyuan.cli import ready
    from keyuan.cli.first_use import expect_tables

    ready()
    expect_tables()
    from keyuan.accounts.scope import system_viewer
    from keyuan.journeys import proof

    return proof.gather_numbered(number, purpose="keyuan verify", by=system_viewer("command line")).data


def _roots(path: Path | None, *, from_database: bool) -> list[x509.Certificate]:
    from cryptography import x509

    from keyuan.cli.beginning import CannotBegin

    if path is not None:
        try:
            return x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            raise CannotBegin(
                "bad_root", zh=f"{path} 不是 PEM 格式的证书。", en=f"{path} is no certificate in PEM."
            ) from None
    if not from_database:
        raise CannotBegin(
            "no_root",
            zh="请用 --root 指定根证书（PEM）。根证书要另行向保险公司索取，并核对指纹。",
            en="Name the root certificate with --root (PEM). Get it from the insurer by another way and compare its print.",
        )
    from keyuan.trust.authorities import roots

    return roots()
