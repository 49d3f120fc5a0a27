"""Alipay: page pay and phone pay, notifications, query, refund, close and the daily bill, signed with RSA2.

The protocol is python-alipay-sdk's; addresses, checks and what an answer means are ours. Times are those of China.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from http.client import HTTPException
from importlib import import_module
from typing import Any, Final
from urllib.parse import parse_qsl
from urllib.request import urlopen

from django.conf import settings

from keyuan.billing.gateways.config import Config, from_settings
from keyuan.billing.gateways.interface import Asked, Closing, Forged, NoBill, Refunding, Silent, Unfit, Unreadable
from keyuan.billing.rules import Told
from keyuan.billing.states import TradeStatus
from keyuan.kernel.clock import COMPANY_ZONE

SECONDS: Final = 10
MOST_BILL_BYTES: Final = 256 * 1024 * 1024
TIME: Final = "%Y-%m-%d %H:%M:%S"
#: Business codes after which asking again makes sense.
BUSY: Final = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error", "aop.unknow-error"})
NOT_THERE: Final = "ACQ.TRADE_NOT_EXIST"


def alipay() -> Alipay:
    """The gateway as the settings have it now."""
    return _alipay(from_settings(settings))


class Alipay:
    """See interface.Gateway."""

    name = "alipay"
    taken = "success"
    not_taken = "failure"

    def __init__(self, config: Config) -> None:
        # Loaded when first needed: it brings two libraries of cryptography and costs a third of a second.
        self._sdk = import_module("alipay")
        self._errors = import_module("alipay.exceptions")
        self._config = config
        self._client = self._sdk.AliPay(
            appid=config.app_id,
            app_notify_url=None,
            app_private_key_string=config.private_key,
            alipay_public_key_string=config.gateway_key,
            sign_type="RSA2",
            config=import_module("alipay.utils").AliPayConfig(timeout=SECONDS),
        )
        self._client._gateway = config.server_address

    def pay_url(self, asked: Asked) -> str:
        pay = self._client.api_alipay_trade_wap_pay if asked.phone else self._client.api_alipay_trade_page_pay
        signed = pay(
            subject=asked.title,
            out_trade_no=asked.number,
            total_amount=f"{asked.amount:.2f}",
            return_url=asked.return_url or None,
            notify_url=self._config.notify_address,
            time_expire=asked.expires_at.astimezone(COMPANY_ZONE).strftime(TIME),
            seller_id=self._config.seller_id,
        )
        return f"{self._config.page_address}?{signed}"

    def number_in(self, raw: str) -> str:
        return dict(parse_qsl(raw, keep_blank_values=True)).get("out_trade_no", "")[:64]

    def read(self, raw: str) -> Told:
        told = dict(parse_qsl(raw, keep_blank_values=True))
        signature = told.pop("sign", "")
        try:
            genuine = bool(signature) and self._client.verify(dict(told), signature)
        except (self._errors.AliPayException, ValueError) as error:
            raise Forged(str(error)) from None
        # The library passes over a missing sign_type; Alipay always sends it.
        if not genuine or told.get("sign_type") != "RSA2":
            raise Forged("the signature does not fit")
        if told.get("app_id") != self._config.app_id:
            raise Unfit(f"app {told.get('app_id')}")
        if told.get("seller_id") != self._config.seller_id:
            raise Unfit(f"seller {told.get('seller_id')}")
        return _told(told, paid_at="gmt_payment")

    def query(self, number: str) -> Told | None:
        answer = self._ask("alipay.trade.query", {"out_trade_no": number})
        if answer.get("sub_code") == NOT_THERE:
            return None
        _must_succeed(answer)
        return _told(answer, paid_at="send_pay_date")

    def close(self, number: str) -> Closing:
        answer = self._ask("alipay.trade.close", {"out_trade_no": number})
        if answer.get("code") == "10000":
            return Closing.CLOSED
        if answer.get("sub_code") == NOT_THERE:
            return Closing.UNKNOWN_THERE
        if answer.get("sub_code") in ("ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"):
            return Closing.PAID
        raise Silent(_words(answer))

    def refund(self, number: str, *, amount: Decimal, request: str, reason: str) -> Refunding:
        asked = {
            "out_trade_no": number,
            "refund_amount": f"{amount:.2f}",
            "out_request_no": request,
            "refund_reason": reason,
        }
        answer = self._ask("alipay.trade.refund", asked)
        if answer.get("code") != "10000":
            # Not enough money in our account is no answer for ever.
            if answer.get("sub_code") in BUSY | {"ACQ.SELLER_BALANCE_NOT_ENOUGH"}:
                raise Silent(_words(answer))
            return Refunding(False, _words(answer))
        if answer.get("fund_change") == "Y":
            return Refunding(True)
        # Nothing moved now: either this request was paid before, or it is still under way. Only the query knows.
        if self._refunded(number, request):
            return Refunding(True)
        raise Silent("fund_change N")

    def _refunded(self, number: str, request: str) -> bool:
        asked = {"out_trade_no": number, "out_request_no": request}
        answer = self._ask("alipay.trade.fastpay.refund.query", asked)
        return answer.get("code") == "10000" and answer.get("refund_status") == "REFUND_SUCCESS"

    def bill(self, day: date) -> bytes:
        asked = {"bill_type": "trade", "bill_date": day.isoformat()}
        answer = self._ask("alipay.data.dataservice.bill.downloadurl.query", asked)
        if answer.get("code") != "10000":
            if str(answer.get("sub_code", "")).endswith("bill_not_exist"):
                raise NoBill(_words(answer))
            raise Silent(_words(answer))
        try:
            with urlopen(answer["bill_download_url"], timeout=60) as response:  # noqa: S310  named by a signed answer
                content: bytes = response.read(MOST_BILL_BYTES)
        except (OSError, HTTPException, KeyError, ValueError) as error:
            raise Silent(str(error)) from None
        return content

    def _ask(self, method: str, content: dict[str, str]) -> dict[str, Any]:
        """Call and believe the answer only if it is signed. Refusals of the business come back as answers too."""
        try:
            return dict(self._client.server_api(method, content))
        except self._errors.AliPayValidationError:
            raise Forged(method) from None
        except self._errors.AliPayException as error:
            # An unsigned answer: the gateway could not even read us. It decides nothing.
            raise Silent(str(error)[:200]) from None
        except (OSError, HTTPException, ValueError, AttributeError) as error:
            raise Silent(f"{type(error).__name__}: {error}"[:200]) from None


@lru_cache(maxsize=4)
def _alipay(config: Config) -> Alipay:
    return Alipay(config)


def _must_succeed(answer: dict[str, Any]) -> None:
    if answer.get("code") != "10000":
        raise Silent(_words(answer))


def _words(answer: dict[str, Any]) -> str:
    parts = (answer.get("code"), answer.get("sub_code"), answer.get("sub_msg") or answer.get("msg"))
    return " ".join(str(part) for part in parts if part)[:200]


def _told(values: dict[str, Any], *, paid_at: str) -> Told:
    try:
        status = TradeStatus(values["trade_status"])
        amount = Decimal(values["total_amount"]) if values.get("total_amount") else None
        paid = datetime.strptime(values[paid_at], TIME).replace(tzinfo=COMPANY_ZONE) if values.get(paid_at) else None
        number = values["out_trade_no"]
    except (KeyError, ValueError, InvalidOperation) as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None
    if amount is not None and (not amount.is_finite() or amount != amount.quantize(Decimal("0.01"))):
        raise Unreadable(f"amount {amount}")
    return Told(
        number=number,
        trade_no=values.get("trade_no", ""),
        status=status,
        amount=amount,
        currency=values.get("trans_currency") or values.get("pay_currency") or "CNY",
        paid_at=paid,
    )
