"""Sealing of sensitive values: AES-256-GCM with rotating keys, and a keyed digest to look them up by.

A sealed value is ``key number (2 bytes) | nonce (12 bytes) | ciphertext and tag``. The context (table and column) is
bound in as associated data, so that a value cannot be moved to another column. NIST SP 800-38D.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
DIGEST_BYTES = 16
#: SHA-256 works on blocks of so many bytes.
BLOCK = 64


class CannotUnseal(ValueError):
    """The value was sealed with an unknown key, for another column, or has been altered."""


@dataclass(frozen=True)
class Keyring:
    """AES keys by number (the highest seals, all unseal) and the one key of the blind index."""

    keys: Mapping[int, bytes]
    index_key: bytes
    _ciphers: dict[int, AESGCM] = field(init=False, repr=False, compare=False)
    # Of each context: the states of the inner and the outer hash before the text.
    _states: dict[str, tuple[Any, Any]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ciphers", {number: AESGCM(key) for number, key in self.keys.items()})

    @property
    def current(self) -> int:
        return max(self.keys)

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt ``text`` for the column ``context`` with the newest key."""
        return self.seal_bytes(text.encode(), context=context)

    def seal_bytes(self, raw: bytes, *, context: str) -> bytes:
        """As ``seal``, for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        body = self._ciphers[self.current].encrypt(nonce, raw, context.encode())
        return self.current.to_bytes(2, "big") + nonce + body

    def unseal(self, sealed: bytes, *, context: str) -> str:
        """The text again; raises CannotUnseal if key, column or content do not fit."""
        try:
            return self.unseal_bytes(sealed, context=context).decode()
        except UnicodeDecodeError as error:
            raise CannotUnseal(f"the value of {context} is no text") from error

    def unseal_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """What ``seal_bytes`` was given; raises CannotUnseal if key, column or content do not fit."""
        number = key_number(sealed)
        cipher = self._ciphers.get(number)
        if cipher is None:
            raise CannotUnseal(f"no key number {number} in the key ring")
        nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(f"the value does not belong to {context} or was altered") from error

    def digest(self, text: str, *, context: str) -> bytes:
        """The blind index of ``text``: the same text gives the same 16 bytes, and nobody without the key can tell which."""
        return self.digests((text,), context=context)[0]

    def digests(self, texts: Iterable[str], *, context: str) -> list[bytes]:
        """The blind index of each text: HMAC-SHA256 of ``context``, a zero byte and the text.

        RFC 2104 is written out, because the hashes of key and context can then be kept: half the time of ``hmac.digest``,
        and a book of a million customers has ten million values.
        """
        states = self._states.get(context)
        if states is None:
            key = self.index_key if len(self.index_key) <= BLOCK else hashlib.sha256(self.index_key).digest()
            padded = key.ljust(BLOCK, b"\0")
            inside = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + context.encode() + b"\0")
            states = self._states[context] = (inside, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)))
        inside, outside = states
        found = []
        for text in texts:
            inner, outer = inside.copy(), outside.copy()
            inner.update(text.encode())
            outer.update(inner.digest())
            found.append(outer.digest()[:DIGEST_BYTES])
        return found

    def dump(self) -> str:
        """The ring as the JSON of a key file."""
        keys = {str(number): _text(key) for number, key in self.keys.items()}
        return json.dumps({"keys": keys, "index_key": _text(self.index_key)}, indent=1)

    @classmethod
    def load(cls, text: str) -> Keyring:
        raw = json.loads(text)
        keys = {int(number): base64.b64decode(key) for number, key in raw["keys"].items()}
        return cls(keys, base64.b64decode(raw["index_key"]))

    @classmethod
    def fresh(cls) -> Keyring:
        return cls({1: secrets.token_bytes(32)}, secrets.token_bytes(32))

    def rotated(self) -> Keyring:
        """A ring with one more key, which seals from now on; old values stay readable."""
        return Keyring({**self.keys, self.current + 1: secrets.token_bytes(32)}, self.index_key)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def key_number(sealed: bytes) -> int:
    """The number of the key that sealed a value."""
    return int.from_bytes(sealed[:2], "big")


def open_or_create(path: Path) -> Keyring:
    """The ring of the key file, made on first use, readable by its owner only. Processes that start together share one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _written_beside(path, Keyring.fresh())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return Keyring.load(path.read_text())


def store(ring: Keyring, path: Path) -> None:
    """Replace the key file in one step: whoever reads it sees the old ring or the new one, never half of it."""
    _written_beside(path, ring).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written_beside(path: Path, ring: Keyring) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # with mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(ring.dump())
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


@cache
def keyring() -> Keyring:
    """The key ring of this installation (KEYUAN_KEYS, or the key file of the settings)."""
    if settings.KEYUAN_KEYS:
        return Keyring.load(settings.KEYUAN_KEYS)
    return open_or_create(Path(settings.KEYUAN_KEY_FILE))


def keyring_for(sealed: bytes) -> Keyring:
    """The key ring, read anew if the value was sealed with a key that another process has added meanwhile."""
    if key_number(sealed) not in keyring().keys:
        keyring.cache_clear()
    return keyring()
