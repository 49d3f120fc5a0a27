"""Reading Alipay's daily bill: a zip with a CSV in GBK, notes around the table begin with a number sign."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from keyuan.billing.gateways.interface import Unreadable
from keyuan.billing.states import Side

#: What a zip may unpack to; a bomb is not unpacked.
MOST: Final = 1024 * 1024 * 1024
NUMBER, TRADE, KIND = "商户订单号", "支付宝交易号", "业务类型"
AMOUNT, REQUEST, FEE, AT = "商家实收（元）", "退款批次号/请求号", "服务费（元）", "完成时间"


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of a bill. ``amount`` is positive either way; ``fee`` what the gateway kept (negative: gave back)."""

    side: Side
    number: str
    trade_no: str
    request: str
    amount: Decimal
    fee: Decimal


def moved(content: bytes) -> list[Moved]:
    """The lines of a bill; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # The summary lies beside the lines; its name says so.
            parts = [part for part in archive.infolist() if part.filename.endswith(".csv") and not _summary(part)]
            if sum(part.file_size for part in parts) > MOST:
                raise Unreadable("too large")
            return [line for part in parts for line in _lines(archive.read(part).decode("gbk"))]
    except (zipfile.BadZipFile, UnicodeDecodeError, InvalidOperation, KeyError, ValueError, csv.Error) as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None


def _summary(part: zipfile.ZipInfo) -> bool:
    name = part.filename if part.flag_bits & 0x800 else part.filename.encode("cp437").decode("gbk", "replace")
    return "汇总" in name


def _lines(text: str) -> list[Moved]:
    table = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(table)), strict=True)
    return [_line({name.strip(): (cell or "").strip() for name, cell in row.items() if name}) for row in rows]


def _line(row: dict[str, str]) -> Moved:
    amount = Decimal(row[AMOUNT])
    if not amount.is_finite():
        raise ValueError(row[AMOUNT])
    side = Side.OUT if row[KIND].startswith("退款") else Side.IN
    return Moved(side, row[NUMBER], row[TRADE], row[REQUEST], abs(amount), -Decimal(row[FEE] or "0"))
