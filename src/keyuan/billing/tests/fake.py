"""A gateway in the process, for tests that need thousands of payments: it may fall silent, and everything can be asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from keyuan.billing.gateways import Asked, Closing, Forged, NoBill, Refunding, Silent, Unfit
from keyuan.billing.rules import Told
from keyuan.billing.states import TradeStatus


@dataclass
class Trade:
    number: str
    amount: Decimal
    status: TradeStatus = TradeStatus.WAIT
    paid_at: datetime | None = None
    refunds: dict[str, Decimal] = field(default_factory=dict)


class FakeGateway:
    """``silent``: nobody answers. ``deaf``: what is asked for happens, and the answer is lost."""

    name, taken, not_taken = "alipay", "success", "failure"

    def __init__(self) -> None:
        self.trades: dict[str, Trade] = {}
        self.silent = self.deaf = False
        self.app = "ours"

    def pay_url(self, asked: Asked) -> str:
        return f"/pay/{asked.number}"

    def pay(self, number: str, amount: Decimal, at: datetime) -> bool:
        """The buyer pays, if it can still be paid."""
        trade = self.trades.setdefault(number, Trade(number, amount))
        if trade.status != TradeStatus.WAIT:
            return False
        trade.amount, trade.status, trade.paid_at = amount, TradeStatus.SUCCESS, at
        return True

    def notice(self, number: str, /, **changes: str) -> str:
        """What the gateway would send now."""
        trade = self.trades[number]
        told = {
            "app": self.app,
            "sign": "good",
            "number": number,
            "trade_no": f"T{number}",
            "status": trade.status.value,
            "amount": str(trade.amount),
            "currency": "CNY",
            "paid_at": "" if trade.paid_at is None else trade.paid_at.isoformat(),
        }
        return json.dumps(told | changes)

    def number_in(self, raw: str) -> str:
        return str(json.loads(raw)["number"])

    def read(self, raw: str) -> Told:
        told = json.loads(raw)
        if told["sign"] != "good":
            raise Forged
        if told["app"] != self.app:
            raise Unfit
        return self._told(told)

    def _told(self, told: dict[str, str]) -> Told:
        paid_at = datetime.fromisoformat(told["paid_at"]) if told["paid_at"] else None
        amount = Decimal(told["amount"]) if told["amount"] else None
        return Told(told["number"], told["trade_no"], TradeStatus(told["status"]), amount, told["currency"], paid_at)

    def query(self, number: str) -> Told | None:
        self._speak()
        return self._told(json.loads(self.notice(number))) if number in self.trades else None

    def close(self, number: str) -> Closing:
        self._speak()
        if number not in self.trades:
            return Closing.UNKNOWN_THERE
        if self.trades[number].status != TradeStatus.WAIT:
            return Closing.PAID
        self.trades[number].status = TradeStatus.CLOSED
        return Closing.CLOSED

    def refund(self, number: str, *, amount: Decimal, request: str, reason: str) -> Refunding:
        self._speak()
        trade = self.trades[number]
        if request not in trade.refunds:
            if sum(trade.refunds.values()) + amount > trade.amount or trade.paid_at is None:
                return Refunding(False, "too much")
            trade.refunds[request] = amount
            if sum(trade.refunds.values()) == trade.amount:
                trade.status = TradeStatus.CLOSED
        if self.deaf:
            raise Silent("the answer was lost")
        return Refunding(True)

    def bill(self, day: date) -> bytes:
        self._speak()
        raise NoBill

    def _speak(self) -> None:
        if self.silent:
            raise Silent("nobody there")
