"""Documents that the company signs, as pyHanko and Poppler see them."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keyuan.kernel import clock
from keyuan.trust import authorities
from keyuan.trust.documents import check_pdf, sign_pdf
from keyuan.trust.pki.profiles import Place, issue_root
from keyuan.trust.refusals import DocumentNotSigned

TOOLS = {name: shutil.which(name) for name in ("pdfsig", "certutil")}


@pytest.fixture(scope="module")
def policy() -> bytes:
    """A document of two pages."""
    made = typst.compile(b'#set page(paper: "a4")\n= Policy KY-1\nPremium 386.00\n#pagebreak()\nSecond page')
    assert isinstance(made, bytes)
    return made


def test_a_signed_document_holds_with_the_root_alone(policy: bytes, db: None) -> None:
    before = clock.now()
    made = sign_pdf(policy, "保险单")
    found = check_pdf(made, root=authorities.roots()[0])
    assert found.why == ""
    assert found.serial == f"{authorities.known('documents').certificate.serial_number:x}"
    assert found.signed_at is not None
    assert abs(found.signed_at - before) < timedelta(seconds=60)
    # What was there stays byte for byte, and is covered.
    assert made.startswith(policy)
    assert found.ranges[0][0] == 0
    assert found.ranges[0][1] > len(policy)


def test_a_signed_document_still_holds_when_its_certificates_have_ended(
    policy: bytes, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sign_pdf(policy, "保险单")
    # The archive's time stamp says when; that the moment of asking is later changes nothing.
    monkeypatch.setattr("keyuan.kernel.clock.now", lambda: clock.now() + timedelta(days=365 * 30))
    assert check_pdf(made, root=authorities.roots()[0]).why == ""


def test_under_another_root_it_does_not_hold(policy: bytes, db: None) -> None:
    made = sign_pdf(policy, "保险单")
    key = ec.generate_private_key(ec.SECP384R1())
    name = authorities.roots()[0].subject
    other = issue_root(subject=name, key=key, at=clock.now(), place=Place("http://ca.test", "1.2.3"))
    assert not check_pdf(made, root=other).holds


def test_an_unsigned_document_and_one_that_is_none_do_not_hold(policy: bytes, db: None) -> None:
    sign_pdf(policy, "保险单")
    root = authorities.roots()[0]
    assert check_pdf(policy, root=root).why == "the document has 0 signatures instead of one"
    assert check_pdf(b"no document", root=root).why.startswith("the document cannot be read")
    with pytest.raises(DocumentNotSigned):
        sign_pdf(b"no document", "保险单")


def test_any_flipped_bit_of_what_was_signed_is_noticed(policy: bytes, db: None) -> None:
    made, root = sign_pdf(policy, "保险单"), authorities.roots()[0]
    step = max(1, len(made) * 8 // 40)
    kept = [place for place in range(3, len(made) * 8, step) if check_pdf(_flipped(made, place), root=root).holds]
    assert not kept, f"flipped bits that nobody noticed: {kept} of {len(made) * 8}"


def test_which_bytes_were_altered_is_said(policy: bytes, db: None) -> None:
    made, root = sign_pdf(policy, "保险单"), authorities.roots()[0]
    found = check_pdf(made, root=root)
    assert found.damaged == ()
    (begin, first), (second, end) = found.ranges
    # In what the company signed; in its signature; in the proofs behind it.
    assert check_pdf(_flipped(made, 8 * 200), root=root).damaged == ((begin, first), (second, end))
    assert check_pdf(_flipped(made, 8 * (first + 100)), root=root).damaged[0] == (first, second)
    behind = check_pdf(_flipped(made, 8 * (end + 40)), root=root).damaged
    assert behind[0][0] <= end + 40 < behind[-1][1]
    assert all(not (one[0] < end and begin < first > one[0]) for one in behind)


def test_what_is_appended_afterwards_is_noticed(policy: bytes, db: None) -> None:
    made, root = sign_pdf(policy, "保险单"), authorities.roots()[0]
    assert not check_pdf(made + b"\n% more\n", root=root).holds


def _flipped(whole: bytes, place: int) -> bytes:
    raw = bytearray(whole)
    raw[place // 8] ^= 1 << place % 8
    return bytes(raw)


def test_the_seal_is_shown_where_it_is_asked_for(policy: bytes, db: None) -> None:
    import pypdfium2

    plain, shown = sign_pdf(policy, "保险单"), sign_pdf(policy, "保险单", date(2026, 11, 23), visible=True)
    assert check_pdf(shown, root=authorities.roots()[0]).why == ""

    def reddish(data: bytes, page: int) -> int:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
        red, green, blue = (document[page].render(rev_byteorder=True).to_numpy()[:, :, at] for at in range(3))
        return int(((red > 150) & (green < 90) & (blue < 90)).sum())

    assert reddish(plain, 1) == 0
    assert reddish(shown, 0) == 0
    assert reddish(shown, 1) > 200


@pytest.mark.skipif(TOOLS["pdfsig"] is None, reason="pdfsig (poppler-utils) is not on this machine")
def test_pdfsig_calls_it_valid_and_whole(policy: bytes, db: None, tmp_path: Path) -> None:
    (tmp_path / "policy.pdf").write_bytes(sign_pdf(policy, "保险单"))
    trusting = _trusting(tmp_path)
    told = _run("pdfsig", *trusting, "-no-ocsp", "policy.pdf", cwd=tmp_path)
    first, second = told.split("Signature #2")
    assert "Signature Validation: Signature is Valid." in first
    assert "ETSI.CAdES.detached" in first
    # Poppler reads no document time stamps; what it sees is that this one covers the whole file.
    assert "Total document signed" in second
    if trusting:
        assert "Certificate Validation: Certificate is Trusted." in first


def _trusting(folder: Path) -> tuple[str, ...]:
    """A store of certificates for pdfsig in which ours is the root; none if the program to make one is not there."""
    if TOOLS["certutil"] is None:
        return ()
    (folder / "root.pem").write_bytes(authorities.roots()[0].public_bytes(Encoding.PEM))
    (folder / "nss").mkdir()
    _run("certutil", "-N", "-d", "sql:nss", "--empty-password", cwd=folder)
    _run("certutil", "-A", "-d", "sql:nss", "-n", "keyuan", "-t", "CT,C,C", "-a", "-i", "root.pem", cwd=folder)
    return ("-nssdir", "sql:nss")


def _run(program: str, *arguments: str, cwd: Path) -> str:
    done = subprocess.run([str(TOOLS[program]), *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_key_of_a_document_is_renewed_before_its_certificate_ends(
    policy: bytes, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_pdf(policy, "保险单")
    later: Any = clock.now() + timedelta(days=1096 - 20)
    assert authorities.known("documents", at=later).issuer.name == "documents-2"
