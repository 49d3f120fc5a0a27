"""The policy document 电子保单: everything that was agreed, set from the order as it was signed, sealed by the company."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from keyuan.accounts.scope import system_viewer
from keyuan.journeys import clauses
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.typesetting import typeset
from keyuan.orders import queries as orders
from keyuan.policies import actions as policies
from keyuan.policies import queries as policy_queries
from keyuan.policies.numbers import check_of
from keyuan.sales.proposals.printing import qr
from keyuan.trust.documents import sign_pdf
from keyuan.trust.keys import configured

if TYPE_CHECKING:
    from datetime import datetime

    from keyuan.accounts.scope import Viewer
    from keyuan.policies.models import PolicyDocument

NAME: Final = "policy document"
TEMPLATE: Final = Path(__file__).with_name("typesetting") / "policy.typ"
#: Where the company's seal stands on the last page, in points from its bottom left corner; the template leaves it free.
SEAL_BOX: Final = (420, 74, 520, 174)


def make(policy_id: int) -> PolicyDocument:
    """Make, sign and keep the document of a policy that was sold through us; one that is there stays.

    It is set and signed outside any transaction: whoever is killed meanwhile leaves nothing, and of two at once the second
    keeps the first one's. Raises PolicyNotFound, DocumentNotFound; NoAuthority, KeyUnavailable, DocumentNotSigned.
    """
    by = system_viewer(NAME)
    owed = policy_queries.the_document(policy_id, viewer=by)
    if owed.made_at is not None:
        return owed
    pdf = printed(owed, by=by)
    return policies.keep_document(policy_id, pdf=ContentFile(pdf, name=f"{owed.policy.number}.pdf"), by=by)


def printed(owed: PolicyDocument, *, by: Viewer) -> bytes:
    """The signed PDF, in the language in which it was bought."""
    at = now()
    language = "en" if owed.language.startswith("en") else "zh-hans"
    with translation.override(language):
        pdf = typeset(TEMPLATE, content(owed, at=at, by=by), at=at)
        reason = _("保险合同 %(policy)s") % {"policy": owed.policy.number}
    return sign_pdf(pdf, reason, at.astimezone(COMPANY_ZONE).date(), visible=True, box=SEAL_BOX)


def content(owed: PolicyDocument, *, at: datetime, by: Viewer) -> dict[str, Any]:
    """Everything that the template sets, in the language that is active."""
    seen = orders.order_numbered(owed.sale)
    held = policy_queries.the_holding(owed.policy_id, viewer=by, on=at.astimezone(COMPANY_ZONE).date())
    address = verification_address(held.number)
    sold = clauses.Sold(seen, seen.offer(), held, by)
    return {
        "language": "en" if owed.language.startswith("en") else "zh",
        "company": configured().company,
        "hotline": str(settings.KEYUAN_HOTLINE),
        "number": held.number,
        "product": seen.name,
        "qr": qr(address),
        "address": address,
        "words": _words(),
        "contract": clauses.contract(sold),
        "people": clauses.people(sold),
        "things": clauses.things(sold),
        "covers": clauses.covers(sold),
        "premiums": clauses.premiums(sold),
        "special": clauses.special(sold),
        "exclusions": clauses.exclusions(sold),
        "terms": clauses.terms(sold),
        "declared": clauses.declared(sold),
        "statements": clauses.statements(sold),
        "cooling": clauses.cooling(sold),
        "members": clauses.members(sold),
        "claims": _("发生保险事故，请拨打%(hotline)s报案。索赔材料不齐的，我们一次告诉您还缺什么（保险法第二十二条）。")
        % {"hotline": settings.KEYUAN_HOTLINE},
    }


def verification_address(number: str) -> str:
    """Where whoever holds the document in hand sees whether it is ours: the address in its code."""
    path = reverse("journeys:verify", args=[number, check_of(number)])
    return f"{settings.KEYUAN_SITE_URL.rstrip('/')}{path}"


def _words() -> dict[str, str]:
    return {
        "title": _("保险单"),
        "kind": _("电子保单"),
        "number": _("保单号"),
        "page": _("第 {page} 页，共 {pages} 页"),
        "verify": _("扫码验真"),
        "contract": _("合同"),
        "people": _("合同当事人与关系人"),
        "role": _("身份"),
        "name": _("姓名"),
        "document": _("证件"),
        "relation": _("关系"),
        "share": _("份额"),
        "born": _("出生日期"),
        "things": _("保险标的"),
        "covers": _("保险责任"),
        "exclusions": _("责任免除（我们不赔的情形）"),
        "exclusions_note": _("依照保险法第十七条提示。投保时这些条款已逐条打开。"),
        "special": _("特别约定"),
        "premiums": _("保险费"),
        "nth": _("期次"),
        "due": _("应缴日"),
        "amount": _("金额"),
        "terms": _("其他条款要点"),
        "declared": _("投保人的告知"),
        "question": _("询问"),
        "answer": _("回答"),
        "statements": _("投保人的声明"),
        "cooling": _("犹豫期"),
        "claims": _("理赔"),
        "members": _("被保险人名单"),
        "plan": _("计划"),
        "from": _("起"),
        "seal": _("保险人签章"),
        "foot": _("本保单为数据电文，与纸质保单有同等效力（电子签名法第三条、第十四条）。"),
    }
