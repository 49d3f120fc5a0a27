"""The seal over a batch of the log."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keyuan.trust import authorities
from keyuan.trust.pki.checking import Broken, check_chain, check_seal_bytes
from keyuan.trust.pki.profiles import Place, company_name, issue_root
from keyuan.trust.refusals import NotTheSeal
from keyuan.trust.sealing import check_seal, seal

DIGEST = bytes(range(32))


def test_a_seal_says_when_and_by_which_certificate(db: None) -> None:
    made = seal(DIGEST)
    stamped = check_seal(DIGEST, made)
    assert stamped.signer == authorities.known("log").certificate
    assert check_seal_bytes(DIGEST, made, root=authorities.roots()[0]) == stamped


def test_a_seal_fits_nothing_else(db: None) -> None:
    made = seal(DIGEST)
    with pytest.raises(NotTheSeal):
        check_seal(bytes(32), made)
    with pytest.raises(NotTheSeal):
        check_seal(DIGEST, b"")


def test_a_seal_under_another_root_is_none_of_ours(db: None) -> None:
    made = seal(DIGEST)
    from cryptography.hazmat.primitives.asymmetric import ec

    from keyuan.kernel.clock import now

    key = ec.generate_private_key(ec.SECP384R1())
    # The same name, another key: what a forger would make.
    name = authorities.roots()[0].subject
    forged = issue_root(subject=name, key=key, at=now(), place=Place("http://ca.test", "1.2.3"))
    with pytest.raises(NotTheSeal):
        check_seal(DIGEST, made, root=forged)
    assert name == company_name("客缘示范保险公司", "Keyuan Root CA 1")


def test_any_flipped_bit_of_a_seal_is_noticed(db: None) -> None:
    made, root = seal(DIGEST), authorities.roots()[0]
    kept = [place for place in range(0, len(made) * 8, 61) if _holds(made, place, root)]
    assert not kept, f"flipped bits that nobody noticed: {kept} of {len(made) * 8}"


@pytest.mark.parametrize("unused", [1, 2, 3, 4, 5, 6, 7])
def test_a_certificate_whose_signature_leaves_out_bits_is_not_as_it_was_signed(unused: int) -> None:
    """A BIT STRING says how many of its last bits do not count: where these are 0, the signature reads the same."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from keyuan.kernel.clock import now

    key, name = ec.generate_private_key(ec.SECP384R1()), company_name("客缘示范保险公司", "Root")
    place, at = Place("http://ca.test", "1.2.3"), now()
    root = issue_root(subject=name, key=key, at=at, place=place)
    while root.signature[-1] & (1 << unused) - 1:
        root = issue_root(subject=name, key=key, at=at, place=place)
    check_chain((root,), at=at)
    raw = bytearray(root.public_bytes(Encoding.DER))
    assert raw[-len(root.signature) - 1] == 0
    raw[-len(root.signature) - 1] = unused
    altered = x509.load_der_x509_certificate(bytes(raw))
    assert altered.signature == root.signature
    altered.verify_directly_issued_by(altered)
    with pytest.raises(Broken, match="was altered beside what is signed"):
        check_chain((altered,), at=at)


def test_a_flipped_bit_in_any_byte_around_the_signatures_of_certificates_is_noticed(db: None) -> None:
    made, root = seal(DIGEST), authorities.roots()[0]
    above = authorities.known("log"), authorities.known("tsa")
    signatures = {one.signature for known in above for one in (known.certificate, *known.chain[:-1])}
    ends = [at for signature in signatures for at in _places(made, signature)]
    assert len(ends) == 4
    kept = [place for at in ends for place in range((at - 18) * 8, (at + 2) * 8) if _holds(made, place, root)]
    assert not kept, f"flipped bits that nobody noticed: {kept}"


def _places(whole: bytes, part: bytes) -> list[int]:
    return [at for at in range(len(whole)) if whole.startswith(part, at)]


def _holds(made: bytes, place: int, root: x509.Certificate) -> bool:
    raw = bytearray(made)
    raw[place // 8] ^= 1 << place % 8
    try:
        check_seal_bytes(DIGEST, bytes(raw), root=root)
    except Broken:
        return False
    return True


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not on this machine")
def test_openssl_verifies_a_seal(db: None, tmp_path: Path) -> None:
    made = {"digest": DIGEST, "seal": seal(DIGEST), "root": authorities.roots()[0].public_bytes(Encoding.PEM)}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    told = ["-inform", "DER", "-in", "seal", "-content", "digest", "-CAfile", "root", "-purpose", "any"]
    command = ["openssl", "cms", "-verify", "-binary", "-cades", *told, "-out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "out").read_bytes() == DIGEST
