"""A proposal as a PDF in Chinese or English: the same plans, chart and words as on the page, with a code back to it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from keyuan.kernel.money import Money
from keyuan.kernel.typesetting import typeset
from keyuan.kernel.wording import in_language
from keyuan.products.clocks import clock
from keyuan.sales.proposals.charting import Chart, Series, chart
from keyuan.sales.proposals.comparing import compare, covered, facts_of
from keyuan.sales.proposals.plans import PlanSeen
from keyuan.sales.queries.proposals import ProposalSeen

TEMPLATE = Path(__file__).resolve().parents[1] / "typesetting" / "proposal.typ"
# Colours of the light theme (web/static/web/tokens.css), and dashes as SVG and Typst say them.
LOOKS: dict[str, tuple[str, str, str]] = {
    "premiums": ("#5b6770", "2 4", "dotted"),
    "death": ("#3b6fb6", "10 4", "dashed"),
    "cash": ("#0b6a72", "", ""),
    "survival": ("#b0872c", "12 3 2 3", "dash-dotted"),
    "low": ("#8a4f7d", "6 3", "dashed"),
    "middle": ("#d55e00", "4 2", "densely-dashed"),
}
GUARANTEED = 6  # columns of the years before those of dividends


def pdf(seen: ProposalSeen, *, language: str, link: str, whom: str, agent: str) -> bytes:
    """The document. ``link`` is the address of the live proposal, for the code; empty where it was not sent."""
    with translation.override("en" if language == "en" else "zh-hans"):
        return typeset(
            TEMPLATE, document(seen, language=language, link=link, whom=whom, agent=agent), at=seen.row.made_at
        )


def document(seen: ProposalSeen, *, language: str, link: str, whom: str, agent: str) -> dict[str, Any]:
    """Everything that the template sets, in the language that is active."""
    row = seen.row
    dates = {"made": f"{row.made_on:%Y-%m-%d}", "until": f"{row.valid_until:%Y-%m-%d}"}
    lines = compare(seen.plans) if len(seen.plans) > 1 else ()
    return {
        "language": "en" if language == "en" else "zh",
        "company": _("客缘"),
        "title": _("给%(name)s的保险计划书") % {"name": whom} if whom else _("保险计划书"),
        "subtitle": _("%(made)s 制作，%(until)s 前有效") % dates,
        "agent": _("您的代理人：%(name)s") % {"name": agent} if agent else "",
        "qr": qr(link) if link else "",
        "words": _words(),
        "compared": [{"label": one.label, "note": one.note, "cells": list(one.cells)} for one in lines],
        "plans": [_plan(one, row.made_on) for one in seen.plans],
    }


def qr(address: str) -> str:
    """The code of an address as SVG, with a quiet zone."""
    file = io.BytesIO()
    segno.make_qr(address, error="m").save(file, kind="svg", scale=4, border=4, xmldecl=False)
    return file.getvalue().decode()


def _words() -> dict[str, str]:
    return {
        "page": _("第 {page} 页，共 {pages} 页"),
        "qr": _("扫码看最新的计划书"),
        "compared": _("并排比较"),
        "covers": _("保什么"),
        "exclusions": _("哪些情形不赔（责任免除）"),
        "chart": _("逐年利益"),
        "not-guaranteed": _("红利来自公司的经营成果，低档和中档只是假设，不保证，可能为零。"),
        "years": _("逐年利益表"),
        "foot": _("本计划书用于说明，不是保险合同；保障以合同条款为准。"),
        "last": _("现金价值、身故保障和生存领取为保证利益；红利不保证。费率以投保时的版本为准。"),
    }


def _plan(one: PlanSeen, on: Any) -> dict[str, Any]:
    cooling = clock(one.definition, "cooling_off_days", on=on)
    drawn = chart(one.rows)
    text = _("签收合同后有 %(days)s 天犹豫期，期间可以退保，退还保险费（工本费除外）。")
    return {
        "name": one.name,
        "summary": one.definition.summary.said(in_language("zh", "en")),
        "facts": [list(pair) for pair in facts_of(one)],
        "covered": [
            {"name": cover.name, "pays": cover.pays, "amount": cover.amount, "note": cover.note}
            for cover in covered(one)
        ],
        "exclusions": [words for _code, words in one.exclusions],
        "cooling": text % {"days": cooling.number} if cooling is not None else "",
        "participating": one.participating,
        "chart": _drawing(drawn) if drawn else "",
        "legend": [_legend(line) for line in drawn.series] if drawn else [],
        "axes": _axes(drawn) if drawn else "",
        "heads": _heads(one),
        "doubtful": GUARANTEED,
        "rows": _rows(one),
    }


def _legend(line: Series) -> dict[str, str]:
    colour, _svg, dash = LOOKS[line.code]
    return {"name": line.name, "colour": colour, "dash": dash}


def _axes(drawn: Chart) -> str:
    return _("纵轴：万元；横轴：年末年龄。") if drawn.in_ten_thousands else _("纵轴：元；横轴：年末年龄。")


def _drawing(drawn: Chart) -> str:
    lines = [(line, *LOOKS[line.code][:2]) for line in drawn.series]
    return render_to_string("sales/proposals/chart.svg", {"chart": drawn, "lines": lines})


def _heads(one: PlanSeen) -> list[str]:
    heads = [_("年度"), _("年末年龄"), _("当年保险费"), _("身故保障"), _("生存领取"), _("现金价值")]
    if one.participating:
        heads += [_("累计红利·低档（不保证）"), _("累计红利·中档（不保证）")]
    return heads


def _rows(one: PlanSeen) -> list[list[str]]:
    names = ["premium", "death_benefit", "survival_benefit", "cash_value"]
    if one.participating:
        names += ["dividends_low_total", "dividends_middle_total"]
    return [[str(row.year), str(row.age), *(_yuan(getattr(row, name)) for name in names)] for row in one.rows]


def _yuan(value: Money | None) -> str:
    return "—" if value is None else f"{value.amount:,.2f}"
