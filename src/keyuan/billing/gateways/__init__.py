"""Payment gateways: one interface, Alipay's protocol behind it. None of this knows a table or is called in a transaction."""

from __future__ import annotations

from collections.abc import Callable

from keyuan.billing.gateways.alipay import alipay
from keyuan.billing.gateways.interface import (
    Asked,
    Closing,
    Forged,
    Gateway,
    GatewayError,
    NoBill,
    Refunding,
    Silent,
    Unfit,
    Unreadable,
)
from keyuan.billing.refusals import GatewayUnknown

_GATEWAYS: dict[str, Callable[[], Gateway]] = {"alipay": alipay}

__all__ = [
    "Asked",
    "Closing",
    "Forged",
    "Gateway",
    "GatewayError",
    "NoBill",
    "Refunding",
    "Silent",
    "Unfit",
    "Unreadable",
    "known",
    "the",
]


def the(name: str) -> Gateway:
    """The gateway of that name; raises GatewayUnknown, GatewayNotReady."""
    if name not in _GATEWAYS:
        raise GatewayUnknown(gateway=name, known="、".join(_GATEWAYS))
    return _GATEWAYS[name]()


def known() -> tuple[str, ...]:
    """The names of all gateways."""
    return tuple(_GATEWAYS)
