"""Keys in files: PKCS#8, encrypted with a passphrase, readable by their owner only."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from keyuan.trust.refusals import KeyUnavailable


@dataclass(frozen=True)
class KeyFiles:
    """A folder with one file a key."""

    folder: Path
    passphrase: str = field(repr=False)

    def make(self, name: str, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
        """A new key, on disk before anybody uses it; an existing file is never written over."""
        if not self.passphrase:
            raise KeyUnavailable(name=name)
        key = ec.generate_private_key(curve)
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self.passphrase.encode()),
        )
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return key

    def load(self, name: str) -> ec.EllipticCurvePrivateKey:
        """The key; raises KeyUnavailable if the file is not there or the passphrase does not open it."""
        try:
            key = serialization.load_pem_private_key(self._path(name).read_bytes(), self.passphrase.encode() or None)
        except (OSError, ValueError, TypeError) as error:
            raise KeyUnavailable(name=name) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyUnavailable(name=name)
        return key

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"
