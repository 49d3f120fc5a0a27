"""The table of the products and their building blocks in docs/products.md and docs/products.zh.md, from the definitions.

python tools/products_table.py          write it between the marks
python tools/products_table.py check    fail if it is not what the definitions say
"""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path

import django
from django.utils import translation
from django.utils.translation import gettext, pgettext

from keyuan.products import describing
from keyuan.products.definition import Definition
from keyuan.products.definition.book import shipped
from keyuan.products.vocabulary import VALUES

DOCS = Path(__file__).resolve().parents[1] / "docs"
FILES = {"en": DOCS / "products.md", "zh-hans": DOCS / "products.zh.md"}
BEGIN, END = "<!-- products: begin (tools/products_table.py) -->", "<!-- products: end -->"
EXAMPLES = DOCS / "algorithms" / "rating.md"
HEADS = {
    "en": "Product, grade|Coverages (riders)|Insured|Sum or plans|Cover|Payment|Periods|Cash value, loan, dividends|"
    "Renewal|Commission|Rates|Exclusions|Example",
    "zh-hans": "产品、等级|责任（附加险）|可保|保额或计划|保障期间|缴费|期限|现金价值、贷款、红利|"
    "续保|佣金|费率|责任免除|算例",
}
DAY = date(2026, 11, 23)  # whose legal periods the table shows


def table(language: str) -> str:
    """The table in one language, one product a line."""
    with translation.override(language):
        heads = HEADS[language].split("|")
        lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
        lines += [f"| {' | '.join(_cells(it, language))} |" for it in shipped()]
    return "\n".join(lines)


def _cells(it: Definition, language: str) -> tuple[str, ...]:
    main = describing.listed(coverage.name.said(language) for coverage in it.coverages if coverage.main)
    riders = describing.listed(rider.name.said(language) for rider in it.riders)
    plans = describing.listed(plan.name.said(language) for plan in it.plans)
    insured, terms, periods, worth, after = _parts(it, language)
    sums = [str(VALUES[it.sum_insured.meaning])] if it.sum_insured else []
    return (
        f"`{it.code}` {it.name.said(language)}, {it.suitability_grade}",
        f"{main} ({riders})" if riders else main,
        _values(insured, gettext("投保年龄"), gettext("团体"), gettext("可保的种类")),
        _values(insured, *sums) or plans or "–",
        _values(terms, gettext("保障期间"), gettext("开始领取")),
        _values(terms, gettext("缴费期间"), gettext("缴费方式")),
        "; ".join(f"{one.name} {one.value}" for one in periods) or "–",
        _values(worth, gettext("现金价值"), gettext("保单贷款"), gettext("红利")),
        _values(after, pgettext("产品", "续保")),
        _values(after, pgettext("产品", "佣金")),
        describing.listed(one.name for one in describing.rate_tables(it, language)),
        str(len(it.exclusions)),
        f"[{it.code}](algorithms/rating.md#{_anchor(it.code)})",
    )


def _parts(it: Definition, language: str) -> list[tuple[describing.Fact, ...]]:
    """The facts of the five groups of building blocks; nothing for a group that a product does not have."""
    said = {section.title: section.facts for section in describing.sections(it, language, on=DAY)}
    titles = ("投保条件", "期间与缴费", "合同期限", "现金价值、贷款和红利", "续保与佣金")
    return [said.get(gettext(title), ()) for title in titles]


def _values(facts: tuple[describing.Fact, ...], *names: str) -> str:
    return "; ".join(dict.fromkeys(fact.value for fact in facts if fact.name in names))


def _anchor(code: str) -> str:
    """The anchor of a product's worked example, as forges make it from the heading."""
    (heading,) = re.findall(rf"^### ({code} .*)$", EXAMPLES.read_text(encoding="utf-8"), re.MULTILINE)
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


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
