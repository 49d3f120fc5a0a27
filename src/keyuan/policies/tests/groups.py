"""A group policy of a company, people to be insured under it, and member lists as files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import ric

from keyuan.customers.models import Customer, Enterprise
from keyuan.policies import actions
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line

HEAD = ("姓名", "证件号码", "手机号", "工号", "保障计划", "保险金额", "年保费", "生效日期", "终止日期")


def company(unit: Any = None, name: str = "苏州示例机械有限公司") -> Customer:
    made = make.customer(unit, name)
    made.kind = "enterprise"
    made.save()
    Enterprise.objects.create(customer=made)
    return made


def group_policy(holder: Customer | None = None, **changes: Any) -> Policy:
    """A group policy of 2026."""
    return make.policy(holder or company(), product=make.product(Line.GROUP), **changes)


def id_number(serial: int) -> str:
    """A well-formed resident number of somebody born in 1990; each serial another person."""
    stem = f"32050019900101{serial:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def draft(serial: int, **changes: Any) -> actions.MemberDraft:
    values: dict[str, Any] = {
        "name": f"员工{serial}",
        "id_number": id_number(serial),
        "plan": "A",
        "premium": Decimal("360.00"),
        "sum_insured": Decimal("100000.00"),
        **changes,
    }
    return actions.MemberDraft(**values)


def row(serial: int, **changes: Any) -> list[Any]:
    """A row of a list under HEAD."""
    cells = dict(
        zip(HEAD, (f"员工{serial}", id_number(serial), "", f"S{serial}", "A", 100000, 360, "", ""), strict=True)
    )
    return list({**cells, **changes}.values())


def csv(
    rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD, encoding: str = "utf-8-sig"
) -> SimpleUploadedFile:
    text = "\r\n".join(",".join(str(cell) for cell in one) for one in (head, *rows))
    return SimpleUploadedFile("名单.csv", text.encode(encoding))


def xlsx(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD) -> SimpleUploadedFile:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, one in enumerate((head, *rows)):
            for column, cell in enumerate(one):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    return SimpleUploadedFile("名单.xlsx", target.getvalue())
