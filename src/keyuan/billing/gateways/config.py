"""Where Alipay is and who we are there: from the environment, or from the folder of the sandbox gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from keyuan.billing.refusals import GatewayNotReady


@dataclass(frozen=True, slots=True)
class Config:
    """``server_address`` is called by us, ``page_address`` opened by the buyer's browser; keys are PEM texts."""

    app_id: str
    seller_id: str
    private_key: str
    gateway_key: str
    server_address: str
    page_address: str
    notify_address: str


def from_settings(settings: Any) -> Config:
    """The configuration in force; raises GatewayNotReady if there is none."""
    if settings.KEYUAN_ALIPAY_APP_ID:
        return _real(
            settings.KEYUAN_ALIPAY_APP_ID,
            settings.KEYUAN_ALIPAY_SELLER_ID,
            settings.KEYUAN_ALIPAY_KEY_FILE,
            settings.KEYUAN_ALIPAY_PUBLIC_KEY_FILE,
            settings.KEYUAN_ALIPAY_GATEWAY,
            settings.KEYUAN_SITE_URL,
        )
    folder = Path(settings.KEYUAN_SANDBOX_GATEWAY_DIR) if settings.KEYUAN_SANDBOX_GATEWAY_URL else None
    if folder is None or not (folder / "merchant.json").is_file():
        raise GatewayNotReady(gateway="alipay")
    return _sandbox(
        folder,
        (folder / "merchant.json").stat().st_mtime_ns,
        settings.KEYUAN_SANDBOX_GATEWAY_URL,
        settings.KEYUAN_SITE_URL,
    )


@lru_cache(maxsize=4)
def _real(app_id: str, seller_id: str, key_file: str, public_file: str, gateway: str, site: str) -> Config:
    try:
        private, public = Path(key_file).read_text(), Path(public_file).read_text()
    except OSError:
        raise GatewayNotReady(gateway="alipay") from None
    return Config(app_id, seller_id, private, public, gateway, gateway, f"{site}/pay/alipay/notify/")


@lru_cache(maxsize=4)
def _sandbox(folder: Path, written: int, gateway: str, site: str) -> Config:
    """The sandbox hands us an account, as Alipay's console does; its pages are shown through our own port."""
    told = json.loads((folder / "merchant.json").read_text())
    return Config(
        told["app_id"],
        told["seller_id"],
        told["private_key"],
        told["gateway_public_key"],
        f"{gateway}/gateway.do",
        "/sandbox-gateway/gateway.do",
        f"{site}/pay/alipay/notify/",
    )
