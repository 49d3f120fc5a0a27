"""The table of the products and their building blocks in docs/products.md and docs/products.zh.md, from the definitions.

python tools/products_table.py          write it between the marks
python tools/products_table.py check    fail if it is not what the definitions say
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.utils import translation

from keyuan.products import describing
from keyuan.products.definition import Definition
from keyuan.products.definition.book import shipped

DOCS = Path(__file__).resolve().parents[1] / "docs"
FILES = {"en": DOCS / "products.md", "zh-hans": DOCS / "products.zh.md"}
BEGIN, END = "<!-- products: begin (tools/products_table.py) -->", "<!-- products: end -->"
HEADS = {
    "en": (
        "Product",
        "Coverages (riders in brackets)",
        "Entry",
        "Cover and payment",
        "Cash value, loan, dividends",
        "Rated by",
    ),
    "zh-hans": ("产品", "责任（附加险在括号内）", "投保", "期间与缴费", "现金价值、贷款、红利", "费率"),
}


def table(language: str) -> str:
    """The table in one language, one product a line."""
    with translation.override(language):
        lines = [f"| {' | '.join(HEADS[language])} |", "| --- | --- | --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(_cells(it, language))} |" for it in shipped()]
    return "\n".join(lines)


def _cells(it: Definition, language: str) -> tuple[str, ...]:
    main = [coverage.name.said(language) for coverage in it.coverages if coverage.main]
    riders = [rider.name.said(language) for rider in it.riders]
    covers = ", ".join(main) + (f" ({', '.join(riders)})" if riders else "")
    entry = [describing.age(it.insured.min_age) + "–" + describing.age(it.insured.max_age)] if it.insured else []
    entry += [f"{it.group.min_people}+"] if it.group else []
    entry += [it.label(code, language) for code in it.object.classes] if it.object else []
    terms = f"{describing.spans(it.terms.cover)}; {describing.spans(it.terms.payment.years)}"
    worth = {"policy_value": "✓", "unearned_premium": "–", "none": "–"}[it.cash_value.basis]
    more = [describing.percent(it.loan.share_of_cash_value)] if it.loan else []
    more += [describing.percent(it.dividends.customer_share)] if it.dividends else []
    name = f"`{it.code}` {it.name.said(language)}"
    return (
        name,
        covers,
        ", ".join(entry),
        terms,
        "; ".join([worth, *more]),
        f"{it.rating.engine}: {', '.join(it.rating.tables)}",
    )


def written(language: str) -> str:
    """The page with the table that the definitions give."""
    page = FILES[language].read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(language)}\n{END}{after}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.test")
    django.setup()
    for spoken, file in FILES.items():
        if "check" in sys.argv and written(spoken) != file.read_text(encoding="utf-8"):
            sys.exit(f"{file.name} is not what the definitions say: python tools/products_table.py")
        if "check" not in sys.argv:
            file.write_text(written(spoken), encoding="utf-8")
