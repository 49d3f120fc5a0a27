"""What happens to trades at the sandbox: opened, paid, closed, refunded; each with the notifications that follow."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from keyuan.billing.sandbox.keys import Keys, to_sign
from keyuan.billing.sandbox.store import Store, now

WAIT, SUCCESS, CLOSED = "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"
#: A notification that is not taken comes again after so many seconds (Alipay: over 25 hours).
AGAIN_AFTER = (2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
DELAYED = 60


@dataclass(frozen=True, slots=True)
class No:
    """A refusal of the business, in Alipay's codes."""

    code: str
    why: str


def cents_of(text: str) -> int:
    """An amount in yuan as cents; raises ValueError."""
    yuan, _, rest = text.partition(".")
    if not (yuan.isdigit() and (rest == "" or (rest.isdigit() and len(rest) <= 2))):
        raise ValueError(text)
    return int(yuan) * 100 + int(rest.ljust(2, "0") or 0)


def yuan(cents: int) -> str:
    """Cents as yuan with two places."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


class Trades:
    """The sandbox's business."""

    def __init__(self, store: Store, keys: Keys, *, delayed: float = DELAYED) -> None:
        self.store, self.keys, self.delayed = store, keys, delayed

    def find(self, number: str) -> sqlite3.Row | None:
        """A trade by the merchant's number, closed if its time is over."""
        with self.store.change():
            trade = self.store.one("SELECT * FROM trade WHERE number = ?", number)
            if trade is not None and trade["status"] == WAIT and trade["expires"] and trade["expires"] <= now():
                self._end(trade)
        return self.store.one("SELECT * FROM trade WHERE number = ?", number)

    def by_trade_no(self, trade_no: str) -> sqlite3.Row | None:
        """A trade by our own number."""
        row = self.store.one("SELECT number FROM trade WHERE trade_no = ?", trade_no)
        return None if row is None else self.find(row["number"])

    def open(
        self, number: str, *, subject: str, cents: int, notify_url: str, return_url: str, expires: str
    ) -> No | str:
        """The buyer has come: the trade exists from now on. The answer is its number here."""
        known = self.find(number)
        if known is None:
            trade_no = f"{now()[:10].replace('-', '')}22001{secrets.randbelow(10**15):015}"
            self.store.run(
                "INSERT OR IGNORE INTO trade VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL, NULL)",
                *(number, trade_no, subject, cents, WAIT, notify_url, return_url, now(), expires),
            )
            known = self.find(number)
        if known is None or (known["cents"], known["subject"]) != (cents, subject):
            return No("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
        return str(known["trade_no"])

    def pay(self, number: str, *, cents: int, notices: tuple[float, ...]) -> bool:
        """The buyer pays ``cents``; notified after each of ``notices`` seconds. False: it cannot be paid any more."""
        trade = self.find(number)
        if trade is None or trade["status"] != WAIT:
            return False
        with self.store.change():
            self.store.run(
                "UPDATE trade SET status = ?, paid = ?, paid_at = ? WHERE number = ? AND status = ?",
                *(SUCCESS, cents, now(), number, WAIT),
            )
            for after in notices:
                self.notify(number, after=after)
        return True

    def close(self, number: str) -> No | str:
        """The merchant lets nobody pay any more."""
        trade = self.find(number)
        if trade is None:
            return No("ACQ.TRADE_NOT_EXIST", "交易不存在")
        if trade["status"] != WAIT:
            return No("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        with self.store.change():
            self._end(trade)
        return str(trade["trade_no"])

    def refund(self, number: str, *, request: str, cents: int) -> No | bool:
        """Money back; True: now, False: this request was paid before."""
        trade = self.find(number)
        if trade is None:
            return No("ACQ.TRADE_NOT_EXIST", "交易不存在")
        with self.store.change():
            return self._refund(trade, request, cents)

    def _refund(self, trade: sqlite3.Row, request: str, cents: int) -> No | bool:
        number = trade["number"]
        before = self.store.all("SELECT * FROM refund WHERE number = ?", number)
        same = next((one for one in before if one["request"] == request), None)
        if same is not None:
            return False if same["cents"] == cents else No("ACQ.DISCORDANT_REPEAT_REQUEST", "重复请求的金额不一致")
        if trade["status"] != SUCCESS:
            return No("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        given = sum(one["cents"] for one in before) + cents
        if cents <= 0 or given > trade["paid"]:
            return No("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        self.store.run("INSERT INTO refund VALUES (?, ?, ?, ?)", number, request, cents, now())
        if given == trade["paid"]:
            self.store.run("UPDATE trade SET status = ?, ended = ? WHERE number = ?", CLOSED, now(), number)
        self.notify(number, refund=(request, given))
        return True

    def refunded(self, number: str, request: str) -> sqlite3.Row | None:
        """A refund that was made."""
        return self.store.one("SELECT * FROM refund WHERE number = ? AND request = ?", number, request)

    def _end(self, trade: sqlite3.Row) -> None:
        self.store.run("UPDATE trade SET status = ?, ended = ? WHERE number = ?", CLOSED, now(), trade["number"])
        self.notify(trade["number"])

    def notify(self, number: str, *, after: float = 0, refund: tuple[str, int] | None = None) -> None:
        """Put a notification on the list, in the caller's transaction."""
        trade = self.store.one("SELECT * FROM trade WHERE number = ?", number)
        if trade is None or not trade["notify_url"]:
            return
        due = time.time() + after
        body = urlencode(self.signed(self.told(trade, refund=refund)))
        statement = "INSERT INTO notice (url, body, due, most) VALUES (?, ?, ?, ?)"
        self.store.run(statement, trade["notify_url"], body, due, len(AGAIN_AFTER))

    def forge(self, number: str) -> None:
        """Send what somebody else might send: success, without a valid signature and without a payment."""
        trade = self.store.one("SELECT * FROM trade WHERE number = ?", number)
        if trade is None:
            return
        values = self.signed(self.told(trade) | {"trade_status": SUCCESS})
        values["total_amount"] = yuan(trade["cents"])
        values["sign"] = ("B" if values["sign"][0] == "A" else "A") + values["sign"][1:]
        statement = "INSERT INTO notice (url, body, due, most) VALUES (?, ?, ?, 1)"
        self.store.run(statement, trade["notify_url"], urlencode(values), time.time())

    def told(self, trade: sqlite3.Row, *, refund: tuple[str, int] | None = None) -> dict[str, str]:
        """The fields of a notification about the trade as it stands."""
        paid = trade["paid"] if trade["paid"] is not None else trade["cents"]
        values = {
            "gmt_create": trade["opened"],
            "gmt_payment": trade["paid_at"] or "",
            "gmt_close": trade["ended"] or "",
            "notify_time": now(),
            "notify_type": "trade_status_sync",
            "notify_id": f"{now()[:10].replace('-', '')}{secrets.token_hex(12)}",
            "charset": "utf-8",
            "version": "1.0",
            "app_id": self.keys.app_id,
            "auth_app_id": self.keys.app_id,
            "seller_id": self.keys.seller_id,
            "buyer_id": "2088999900000001",
            "out_trade_no": trade["number"],
            "trade_no": trade["trade_no"],
            "trade_status": trade["status"],
            "subject": trade["subject"],
            "total_amount": yuan(paid),
            "receipt_amount": yuan(paid),
            "buyer_pay_amount": yuan(paid),
            "fund_bill_list": json.dumps([{"amount": yuan(paid), "fundChannel": "ALIPAYACCOUNT"}]),
        }
        if refund is not None:
            values |= {"gmt_refund": now(), "out_biz_no": refund[0], "refund_fee": yuan(refund[1])}
        return values

    def signed(self, values: dict[str, str]) -> dict[str, str]:
        """The fields with the gateway's signature, which leaves out itself and its kind."""
        kept = {name: value for name, value in values.items() if value != ""}
        return {**kept, "sign_type": "RSA2", "sign": self.keys.sign(to_sign(kept, without=("sign", "sign_type")))}
