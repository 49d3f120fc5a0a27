"""Pure decisions of the accounts room."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DirectoryRule:
    """How this installation reads the claims of the company's directory (settings KEYUAN_OIDC).

    ``roles`` maps what the role claim says (a group, say) to a role of ours, the first that fits wins; empty: the claim
    is our role's own name. ``staff_roles`` are the roles that a directory may give at all.
    """

    username_claim: str
    role_claim: str
    unit_claim: str
    roles: Mapping[str, str]
    staff_roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """Whom the directory says it is; None where it says nothing that we understand."""

    username: str
    name: str
    email: str
    role: str | None
    unit_code: str | None


def read_claims(claims: Mapping[str, Any], rule: DirectoryRule) -> DirectoryPerson:
    """The person, by the rule. Text claims only; a claim of another shape counts as missing."""
    username = _text(claims.get(rule.username_claim))
    return DirectoryPerson(
        username=username,
        name=_text(claims.get("name")) or username,
        email=_text(claims.get("email")),
        role=_role(claims.get(rule.role_claim), rule),
        unit_code=_text(claims.get(rule.unit_claim)) or None,
    )


def _role(claim: object, rule: DirectoryRule) -> str | None:
    said = {_text(item) for item in (claim if isinstance(claim, list | tuple) else [claim])} - {""}
    wanted: Iterable[str] = (
        (ours for theirs, ours in rule.roles.items() if theirs in said) if rule.roles else sorted(said)
    )
    return next((role for role in wanted if role in rule.staff_roles), None)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def as_network(text: str) -> str:
    """A network as it is kept: ``10.8.0.0/16``, a single address as ``…/32``. Raises ValueError."""
    return str(ipaddress.ip_network(text.strip(), strict=False))


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; one that cannot be read lies in none."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None) or known
    return any(mapped in ipaddress.ip_network(network) for network in networks)
