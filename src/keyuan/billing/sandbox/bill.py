"""The daily bill: CSV in a zip, in GBK, as Alipay writes it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from keyuan.billing.sandbox.store import now
from keyuan.billing.sandbox.trades import Trades, yuan

HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,"
    "券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
RULE = "业务明细列表"
BUYER = "*沙箱(san***@sandbox.com)"


def fee_of(cents: int) -> int:
    """What the gateway keeps: six in a thousand, to the nearest cent."""
    return (abs(cents) * 6 + 500) // 1000


def zipped(trades: Trades, day: str) -> bytes:
    """The file of a day."""
    rows = list(_rows(trades, day))
    seller = trades.keys.seller_id
    lines = [
        "#支付宝业务明细查询",
        f"#账号：[{seller}]",
        f"#起始日期：[{day} 00:00:00]   终止日期：[{day} 24:00:00]",
        f"#-----------------------------------------{RULE}----------------------------------------",
        HEAD,
        *(",".join(f"{cell}\t" for cell in row) for row in rows),
        f"#-----------------------------------------{RULE}结束------------------------------------",
        f"#导出时间：[{now()}]",
    ]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            f"{seller}_{day.replace('-', '')}_detail.csv", "\r\n".join([*lines, ""]).encode("gbk", "replace")
        )
    return made.getvalue()


def _rows(trades: Trades, day: str) -> Iterator[list[str]]:
    for one in trades.store.all("SELECT * FROM trade WHERE paid_at LIKE ? ORDER BY paid_at", f"{day}%"):
        yield _row(one, "交易", one["paid_at"], one["paid"], "", -fee_of(one["paid"]))
    statement = (
        "SELECT t.*, r.request, r.cents AS back, r.at FROM refund r JOIN trade t USING (number) WHERE r.at LIKE ?"
    )
    for one in trades.store.all(f"{statement} ORDER BY r.at", f"{day}%"):
        yield _row(one, "退款", one["at"], -one["back"], one["request"], 0)


def _row(one: object, kind: str, at: str, cents: int, request: str, fee: int) -> list[str]:
    trade: dict[str, str] = dict(one)  # type: ignore[call-overload]
    title = trade["subject"].replace(",", " ").replace("\n", " ")
    amount = yuan(cents)
    before = [trade["trade_no"], trade["number"], kind, title, trade["opened"], at, "", "", "", "", BUYER]
    return [*before, amount, amount, *["0.00"] * 5, "", "0.00", "0.00", request, yuan(fee), "0.00", ""]
