"""The chart of accounts. Numbers are those of the Chinese accounting standard for insurers [GK: check with your auditor]."""

from __future__ import annotations

from typing import Final

from keyuan.billing.models import Account
from keyuan.billing.states import AccountKind

BANK: Final = "1002"
CLEARING: Final = "1012"
ADVANCE: Final = "2203"
COMMISSION_PAYABLE: Final = "2202"
REFUNDS_PAYABLE: Final = "2241"
PREMIUM: Final = "6031"
COMMISSION: Final = "6421"
PREMIUM_RETURNED: Final = "6531"
FEES: Final = "6603"

CHART: Final = (
    (BANK, AccountKind.ASSETS, "银行存款", "Cash at bank"),
    (CLEARING, AccountKind.ASSETS, "其他货币资金—支付渠道", "Gateway clearing"),
    (COMMISSION_PAYABLE, AccountKind.LIABILITIES, "应付手续费及佣金", "Commission payable"),
    (ADVANCE, AccountKind.LIABILITIES, "预收保费", "Premium received in advance"),
    (REFUNDS_PAYABLE, AccountKind.LIABILITIES, "其他应付款—应退保费", "Refunds payable"),
    (PREMIUM, AccountKind.INCOME, "保费收入", "Premium income"),
    (COMMISSION, AccountKind.EXPENSES, "手续费及佣金支出", "Commission expense"),
    (PREMIUM_RETURNED, AccountKind.EXPENSES, "退保金", "Premium returned"),
    (FEES, AccountKind.EXPENSES, "财务费用—支付手续费", "Gateway fees"),
)


def open_accounts() -> None:
    """Every account of the chart that is not there yet."""
    Account.objects.bulk_create(
        [Account(code=code, kind=kind, name_zh=zh, name_en=en) for code, kind, zh, en in CHART], ignore_conflicts=True
    )
