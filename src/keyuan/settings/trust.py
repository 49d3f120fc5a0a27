"""The certificate centre: where its keys lie, what opens them, and under which address it is found from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# An arc that needs no registration (Rec. ITU-T X.667): 2.25 and a UUID as a number. A company with its own arc names that.
POLICY_ARC = "2.25.184596318027557193057837935392062740798"


@dataclass(frozen=True)
class TrustSettings:
    """``passphrase`` opens the key files in ``folder``. With ``pkcs11_module`` the keys lie in a device instead.

    ``address`` stands in every certificate (where its revocation list is), so it must be the one that outsiders reach.
    ``company`` is the organisation that the company's own certificates name.
    """

    folder: Path
    address: str
    company: str
    policy_arc: str = POLICY_ARC
    passphrase: str = field(default="", repr=False)
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_pin: str = field(default="", repr=False)


def trust_settings(environment: Mapping[str, str], *, var: Path) -> TrustSettings:
    """The settings as the environment says; raises ValueError for an address or an arc that cannot stand in a certificate."""
    address = environment.get("KEYUAN_TRUST_URL", "http://localhost:8000").rstrip("/")
    if not re.fullmatch(r"https?://[^\s/]+", address):
        raise ValueError("KEYUAN_TRUST_URL must be like http://ca.example.com, without a path")
    arc = environment.get("KEYUAN_TRUST_ARC", POLICY_ARC)
    if not re.fullmatch(r"[012](\.(0|[1-9]\d*)){1,20}", arc):
        raise ValueError("KEYUAN_TRUST_ARC must be an object identifier, such as 1.3.6.1.4.1.99999.1")
    return TrustSettings(
        folder=Path(environment.get("KEYUAN_TRUST_FOLDER", var / "trust")),
        address=address,
        company=environment.get("KEYUAN_TRUST_COMPANY", "客缘示范保险公司"),
        policy_arc=arc,
        passphrase=environment.get("KEYUAN_TRUST_PASSPHRASE", ""),
        pkcs11_module=environment.get("KEYUAN_PKCS11_MODULE", ""),
        pkcs11_token=environment.get("KEYUAN_PKCS11_TOKEN", ""),
        pkcs11_pin=environment.get("KEYUAN_PKCS11_PIN", ""),
    )
