"""Where private keys of the company lie: encrypted files, or a device that never gives them out (PKCS#11).

A key is named by a reference such as ``file:root-1-3f…`` or ``pkcs11:root-1-3f…``; what stands before the colon says who
keeps it. Everything that signs takes an ``EllipticCurvePrivateKey``: cryptography's own, or the device's stand-in for one.
"""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve, EllipticCurvePrivateKey
from django.conf import settings

from keyuan.settings.trust import TrustSettings


class KeyProvider(Protocol):
    """Who keeps keys."""

    def make(self, name: str, curve: EllipticCurve) -> EllipticCurvePrivateKey:
        """A new key under ``name``, kept before it is used."""

    def load(self, name: str) -> EllipticCurvePrivateKey:
        """The key of this name; raises KeyUnavailable."""


def configured() -> TrustSettings:
    """The settings of the centre."""
    told: TrustSettings = settings.KEYUAN_TRUST
    return told


def provider_of(kind: str, *, passphrase: str) -> KeyProvider:
    """The keeper that a reference names; ``passphrase`` opens files, a device has its own PIN in the settings."""
    told = configured()
    if kind == "pkcs11":
        # Only who has a device needs the library (keyuan[pkcs11]).
        from keyuan.trust.keys.device import Device  # noqa: PLC0415

        return Device(told.pkcs11_module, told.pkcs11_token, told.pkcs11_pin)
    from keyuan.trust.keys.files import KeyFiles  # noqa: PLC0415  the one that is chosen

    return KeyFiles(told.folder, passphrase)


def kind_for_new_keys() -> str:
    """Where keys that are made now are kept."""
    return "pkcs11" if configured().pkcs11_module else "file"
