"""Whose signature is whose: the gateway's key pair, and an account handed to the merchant as a console would."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS = 2048


@dataclass(frozen=True, slots=True)
class Keys:
    """The gateway signs with ``private`` and believes what ``merchant`` signed."""

    app_id: str
    seller_id: str
    private: rsa.RSAPrivateKey
    merchant: rsa.RSAPublicKey

    def sign(self, text: str) -> str:
        """RSA2: RSA with SHA-256, PKCS #1 v1.5, in base64."""
        return base64.b64encode(self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    def merchants(self, text: str, signature: str) -> bool:
        """Whether the merchant signed the text."""
        try:
            self.merchant.verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


def to_sign(values: Mapping[str, str], *, without: tuple[str, ...]) -> str:
    """What is signed of a set of fields: sorted by name, empty ones left out."""
    return "&".join(f"{name}={value}" for name, value in sorted(values.items()) if value != "" and name not in without)


def keys_in(folder: Path) -> Keys:
    """The keys in the folder; made at the first start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "merchant.json").exists():
        _make(folder)
    told = json.loads((folder / "merchant.json").read_text())
    private = serialization.load_pem_private_key((folder / "gateway.pem").read_bytes(), None)
    merchant = serialization.load_pem_private_key(told["private_key"].encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey) or not isinstance(merchant, rsa.RSAPrivateKey):
        raise TypeError("the sandbox signs with RSA keys")
    return Keys(told["app_id"], told["seller_id"], private, merchant.public_key())


def _make(folder: Path) -> None:
    gateway, merchant = (rsa.generate_private_key(65537, BITS) for _ in range(2))
    public = gateway.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    account = {
        "app_id": "9021000100000001",
        "seller_id": "2088000100000001",
        "private_key": _pem(merchant).decode(),
        "gateway_public_key": public.decode(),
    }
    _write(folder / "gateway.pem", _pem(gateway))
    # The last one: when it is there, all are.
    _write(folder / "merchant.json", json.dumps(account, indent=1).encode())


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
