"""The signed calls of the merchant: who asks is known by the signature, and every answer is signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from keyuan.billing.sandbox.keys import to_sign
from keyuan.billing.sandbox.trades import No, Trades, cents_of, yuan

DONE = {"code": "10000", "msg": "Success"}
Answer = dict[str, Any]
BILL = "alipay.data.dataservice.bill.downloadurl.query"


class Refused(Exception):
    """The call cannot be believed or read; answered without a signature."""


def asked_of(values: dict[str, str], trades: Trades) -> dict[str, Any]:
    """The content of a call that is the merchant's own; raises Refused."""
    if values.get("app_id") != trades.keys.app_id:
        raise Refused("isv.invalid-app-id")
    if not trades.keys.merchants(to_sign(values, without=("sign",)), values.get("sign", "")):
        raise Refused("isv.invalid-signature")
    try:
        content = json.loads(values.get("biz_content", ""))
    except ValueError:
        raise Refused("isv.invalid-parameter") from None
    if not isinstance(content, dict):
        raise Refused("isv.invalid-parameter")
    return content


def answer(values: dict[str, str], trades: Trades, *, base: str) -> bytes:
    """The whole signed answer to a call."""
    method = values.get("method", "")
    try:
        content = asked_of(values, trades)
        call = METHODS.get(method)
        if call is None:
            raise Refused("isv.invalid-method")
        told = call(trades, content, base)
    except (Refused, KeyError, ValueError) as error:
        wrong = {"code": "40002", "msg": "Invalid Arguments", "sub_code": str(error), "sub_msg": str(error)}
        return json.dumps({"error_response": wrong}).encode()
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    name = method.replace(".", "_") + "_response"
    return f'{{"{name}":{body},"sign":"{trades.keys.sign(body)}"}}'.encode()


def _no(refusal: No) -> Answer:
    return {"code": "40004", "msg": "Business Failed", "sub_code": refusal.code, "sub_msg": refusal.why}


def _query(trades: Trades, asked: dict[str, Any], base: str) -> Answer:
    trade = trades.find(asked["out_trade_no"])
    if trade is None:
        return _no(No("ACQ.TRADE_NOT_EXIST", "交易不存在"))
    told = {"out_trade_no": trade["number"], "trade_no": trade["trade_no"], "trade_status": trade["status"]}
    told["total_amount"] = yuan(trade["cents"] if trade["paid"] is None else trade["paid"])
    if trade["paid_at"]:
        told |= {"send_pay_date": trade["paid_at"], "buyer_logon_id": "san***@sandbox.com"}
    return DONE | told


def _close(trades: Trades, asked: dict[str, Any], base: str) -> Answer:
    came = trades.close(asked["out_trade_no"])
    return _no(came) if isinstance(came, No) else DONE | {"out_trade_no": asked["out_trade_no"], "trade_no": came}


def _refund(trades: Trades, asked: dict[str, Any], base: str) -> Answer:
    number = asked["out_trade_no"]
    # Without a number of the request Alipay takes the trade's: one refund, of everything.
    request = asked.get("out_request_no") or number
    came = trades.refund(number, request=request, cents=cents_of(asked["refund_amount"]))
    if isinstance(came, No):
        return _no(came)
    return DONE | {"out_trade_no": number, "fund_change": "Y" if came else "N", "refund_fee": asked["refund_amount"]}


def _refund_query(trades: Trades, asked: dict[str, Any], base: str) -> Answer:
    made = trades.refunded(asked["out_trade_no"], asked["out_request_no"])
    if made is None:
        return dict(DONE)
    told = {"out_request_no": made["request"], "refund_amount": yuan(made["cents"])}
    return DONE | told | {"refund_status": "REFUND_SUCCESS"}


def _bill(trades: Trades, asked: dict[str, Any], base: str) -> Answer:
    day = asked["bill_date"]
    moved = "SELECT 1 FROM trade WHERE paid_at LIKE ? UNION ALL SELECT 1 FROM refund WHERE at LIKE ? LIMIT 1"
    if trades.store.one(moved, f"{day}%", f"{day}%") is None:
        return _no(No("isp.bill_not_exist", "账单不存在"))
    return DONE | {"bill_download_url": f"{base}/bill/{token_of(day, trades)}/{day}.zip"}


def token_of(day: str, trades: Trades) -> str:
    """What opens the bill of a day: nobody guesses it."""
    secret = str(trades.keys.private.private_numbers().d)
    return hashlib.sha256(f"{secret}:{day}".encode()).hexdigest()[:32]


METHODS: dict[str, Callable[[Trades, dict[str, Any], str], Answer]] = {
    "alipay.trade.query": _query,
    "alipay.trade.close": _close,
    "alipay.trade.refund": _refund,
    "alipay.trade.fastpay.refund.query": _refund_query,
    BILL: _bill,
}
