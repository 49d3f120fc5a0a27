"""Where the company's keys lie: encrypted files; a device (tried with SoftHSM where the machine has it)."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from keyuan.trust import authorities
from keyuan.trust.keys.files import KeyFiles
from keyuan.trust.models import CompanyKey
from keyuan.trust.refusals import KeyUnavailable, NoAuthority
from keyuan.trust.sealing import check_seal, seal

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), "")


def test_a_key_file_opens_with_its_passphrase_only_and_belongs_to_its_owner(tmp_path: Path) -> None:
    made = KeyFiles(tmp_path / "keys", "right").make("root-1", ec.SECP384R1())
    file = tmp_path / "keys" / "root-1.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    with pytest.raises(TypeError):
        load_pem_private_key(file.read_bytes(), None)
    assert KeyFiles(tmp_path / "keys", "right").load("root-1").public_key() == made.public_key()
    for passphrase, name in (("wrong", "root-1"), ("", "root-1"), ("right", "root-2")):
        with pytest.raises(KeyUnavailable):
            KeyFiles(tmp_path / "keys", passphrase).load(name)


def test_no_key_is_made_without_a_passphrase_and_none_is_written_over(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        KeyFiles(tmp_path, "").make("root-1", ec.SECP256R1())
    KeyFiles(tmp_path, "right").make("root-1", ec.SECP256R1())
    with pytest.raises(FileExistsError):
        KeyFiles(tmp_path, "right").make("root-1", ec.SECP256R1())


def test_without_a_passphrase_only_a_demo_gets_a_centre_and_its_root_says_so(db: None, settings: Any) -> None:
    settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, passphrase="")
    with pytest.raises(NoAuthority):
        seal(bytes(32))
    with pytest.raises(NoAuthority):
        authorities.establish()
    assert not CompanyKey.objects.exists()
    made = authorities.establish(demo=True)
    assert {row.demo for row in made} == {True}
    assert "演示，无效力" in authorities.roots()[0].subject.rfc4514_string()
    assert check_seal(bytes(32), seal(bytes(32)))


def test_a_company_with_a_passphrase_gets_no_demo_centre_by_accident(db: None) -> None:
    assert {row.demo for row in authorities.establish(demo=True)} == {False}
    assert authorities.establish() == []


@pytest.mark.skipif(not MODULE, reason="SoftHSM is not on this machine")
def test_keys_in_a_device_never_leave_it_and_everything_works_as_with_files(
    db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pkcs11")
    from keyuan.trust.documents import check_pdf, sign_pdf
    from keyuan.trust.keys.device import Device, StaysInTheDevice

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    program = shutil.which("softhsm2-util")
    assert program is not None
    begin = [program, "--init-token", "--free", "--label", "keyuan", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run(begin, check=True, capture_output=True)
    told = {"pkcs11_module": MODULE, "pkcs11_token": "keyuan", "pkcs11_pin": "1234", "passphrase": ""}
    settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, **told)
    authorities.establish()
    assert {row.key_ref.partition(":")[0] for row in CompanyKey.objects.all()} == {"pkcs11"}
    assert check_seal(bytes(32), seal(bytes(32))).signer == authorities.known("log").certificate
    signed = sign_pdf(_document(), "保险单")
    assert check_pdf(signed, root=authorities.roots()[0]).why == ""
    key = authorities.known("log").issuer.key
    with pytest.raises(StaysInTheDevice):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    value = key.sign(b"x", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(value, b"x", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(value, b"y", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(KeyUnavailable):
        Device(MODULE, "keyuan", "1234").load("no such key")
    assert not list((tmp_path / "trust").glob("*")), "no key lies in a file"


def _document() -> bytes:
    import typst

    made = typst.compile(b"= Policy")
    assert isinstance(made, bytes)
    return made
