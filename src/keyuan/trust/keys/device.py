"""Keys in a device: a smart card, a hardware security module, or SoftHSM. The key is made there and never leaves.

Needs the extra ``keyuan[pkcs11]``. Tried with SoftHSM 2 (tests/test_device.py).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

import pkcs11
from asn1crypto.keys import ECDomainParameters, NamedCurve
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11.util.ec import encode_named_curve_parameters

from keyuan.trust.refusals import KeyUnavailable

_lock = threading.Lock()


class StaysInTheDevice(TypeError):
    """Somebody asked a key of a device for what only a key in memory can do."""


@dataclass(frozen=True)
class Device:
    """One token behind a PKCS#11 module; keys are found there by their label."""

    module: str
    token: str
    pin: str = field(repr=False)

    def make(self, name: str, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
        """A new key pair in the device; its private half is sensitive and cannot be taken out."""
        with _lock:
            session = _session(self.module, self.token, self.pin)
            named = encode_named_curve_parameters(NAMED[curve.name])
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: named}, local=True
            )
            private = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
            parameters.generate_keypair(store=True, label=name, private_template=private)
        return self.load(name)

    def load(self, name: str) -> ec.EllipticCurvePrivateKey:
        """The stand-in for the key of this label; raises KeyUnavailable."""
        try:
            with _lock:
                session = _session(self.module, self.token, self.pin)
                public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=name)
                private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=name)
                return DeviceKey(private, _public_key(public))
        except pkcs11.PKCS11Error as error:
            raise KeyUnavailable(name=name) from error


NAMED = {"secp256r1": "secp256r1", "secp384r1": "secp384r1"}
CURVES: dict[str, ec.EllipticCurve] = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}


@lru_cache(maxsize=4)
def _session(module: str, token: str, pin: str) -> Any:
    return pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin, rw=True)


def _public_key(public: Any) -> ec.EllipticCurvePublicKey:
    parameters = ECDomainParameters.load(public[pkcs11.Attribute.EC_PARAMS])
    name = NamedCurve.map(parameters.chosen.dotted)
    point = public[pkcs11.Attribute.EC_POINT]
    # CKA_EC_POINT is the point inside an OCTET STRING.
    raw = point[2 + (point[1] & 0x7F if point[1] & 0x80 else 0) :]
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[str(name)], raw)


class DeviceKey(ec.EllipticCurvePrivateKey):
    """Signs through the device; cryptography's builders of certificates take it as any other key."""

    def __init__(self, private: Any, public: ec.EllipticCurvePublicKey) -> None:
        self._private = private
        self._public = public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """The DER signature of ``data``; the digest is made here, the device signs the digest."""
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, utils.Prehashed):
            raise StaysInTheDevice("a device is given what to sign, not its digest")
        digest = hashes.Hash(algorithm)
        digest.update(data)
        with _lock:
            raw = self._private.sign(digest.finalize(), mechanism=pkcs11.Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: Any, peer_public_key: Any) -> NoReturn:
        raise StaysInTheDevice("this key only signs")

    def private_numbers(self) -> NoReturn:
        raise StaysInTheDevice("this key does not leave its device")

    def private_bytes(self, encoding: Any, format: Any, encryption_algorithm: Any) -> NoReturn:
        raise StaysInTheDevice("this key does not leave its device")

    def __copy__(self) -> DeviceKey:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> DeviceKey:
        return self
