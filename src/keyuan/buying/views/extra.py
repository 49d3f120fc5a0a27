"""The pages that only some orders need: a company's people, the word of the insured, copies of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from keyuan.buying.forms import MemberForm, RegisteredForm
from keyuan.buying.holding import holder
from keyuan.buying.members import HEADINGS, Read, read_file, together
from keyuan.buying.views.shared import the_order
from keyuan.customers.masking import mask
from keyuan.files import actions as files
from keyuan.home.views.entrance import address_of
from keyuan.identity import actions as identity
from keyuan.identity.refusals import CodeGone
from keyuan.identity.states import CodePurpose
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.kernel.refusals import Refusal
from keyuan.messages import actions as messages
from keyuan.messages.demo import shown_in_the_demo
from keyuan.messages.states import Channel
from keyuan.orders import needed
from keyuan.orders.completeness import first_of
from keyuan.orders.preparing import offer, sum_insured
from keyuan.products.rating import RiskRefused

if TYPE_CHECKING:
    from decimal import Decimal
    from uuid import UUID

    from django.http import HttpRequest, QueryDict

    from keyuan.orders.queries import Seen

Said = tuple[dict[str, Any] | None, dict[str, Any]]
#: In the session: the challenge that was sent to each insured, by order and place.
ASKED = "order_consents"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def members(seen: Seen, posted: QueryDict | None, request: HttpRequest) -> Said:
    """The people of a company: from a file, typed one by one, taken off again; kept at once, whatever comes next."""
    kept, definition = seen.details.members, seen.definition
    plans = [(one.code, one.name.said(get_language() or "")) for one in definition.plans]
    names = dict(plans)
    form = MemberForm(plans=plans, prefix="one")
    shown: dict[str, Any] = {
        "people": [(place, one, names.get(one.plan, one.plan)) for place, one in enumerate(kept)],
        "form": form,
        "least": definition.group.min_people if definition.group else 1,
    }
    if posted is None:
        return None, shown
    wanted = posted.get("more", "")
    if wanted == "upload":
        return _uploaded(seen, request, shown)
    if wanted.startswith("drop."):
        return {"members": [one for place, one in enumerate(kept) if str(place) != wanted[5:]]}, {**shown, "stay": True}
    form = MemberForm(posted, plans=plans, prefix="one")
    if wanted == "add":
        if not form.is_valid():
            return None, {**shown, "form": form, "status": 422}
        return {"members": together(kept, [form.said])}, {**shown, "stay": True}
    if len(kept) < shown["least"]:
        return None, {**shown, "too_few": True}
    return {"members": kept}, shown


def _uploaded(seen: Seen, request: HttpRequest, shown: dict[str, Any]) -> Said:
    upload = request.FILES.get("list")
    if upload is None:
        return None, {**shown, "no_file": True, "status": 422}
    try:
        read: Read = read_file(upload, seen.definition)
    except Refusal as refusal:
        return None, {**shown, "wrong": refusal, "status": 422}
    before = () if "replace" in request.POST else seen.details.members
    told = {"read": read, "stay": True}
    return ({"members": together(before, read.members)} if read.members else None), {**shown, **told}


@require_safe
def members_template(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """An empty list in Excel, its numbers as text, so that no digit is lost; the plans stand below the headings."""
    seen = the_order(request, order_id)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEADINGS))
    for column in ("C", "D", "E"):
        sheet.column_dimensions[column].width = 24
        for row in range(2, 502):
            sheet[f"{column}{row}"].number_format = "@"
    told = book.create_sheet(_("说明"))
    told.append([_("保障计划"), _("职业类别")])
    for place, one in enumerate(seen.definition.plans):
        told.append([one.name.said(get_language() or ""), place + 1])
    answer = HttpResponse(content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="members.xlsx"'
    book.save(answer)
    return answer


def consent(seen: Seen, posted: QueryDict | None, request: HttpRequest) -> Said:
    """§34: each adult insured agrees with the code on their own telephone."""
    amount = _sum(seen)
    places = needed.agree_by_code(seen.details, seen.definition, on=today())
    asked: dict[str, str] = request.session.get(ASKED, {})
    shown: dict[str, Any] = {"amount": amount, "insured": []}
    for place in places:
        one = seen.details.insured[place]
        agreed = one.agreed is not None and one.agreed.sum == amount
        shown["insured"].append(
            {
                "place": place,
                "name": one.name,
                "mobile": mask("mobile", one.mobile),
                "agreed": agreed,
                "sent": f"{seen.order.pk}.{place}" in asked,
                "demo": shown_in_the_demo(asked.get(f"{seen.order.pk}.{place}", "")),
            }
        )
    if posted is None or amount is None:
        return None, shown
    wanted, _dot, nth = posted.get("more", "").partition(".")
    if nth.isdecimal() and int(nth) in places:
        what = _send if wanted == "send" else _take
        return what(seen, int(nth), amount, posted, request, shown)
    if all(one["agreed"] for one in shown["insured"]):
        return {"insured": seen.details.insured}, shown
    return None, {**shown, "not_yet": True}


def _sum(seen: Seen) -> Decimal | None:
    try:
        return sum_insured(seen.definition, offer(seen.details, seen.definition, on=today()).risk)
    except RiskRefused:
        return None


def _send(
    seen: Seen, place: int, amount: Decimal, _posted: QueryDict, request: HttpRequest, shown: dict[str, Any]
) -> Said:
    one, who = seen.details.insured[place], holder(request)
    applicant = seen.details.applicant
    try:
        sent = identity.send_code(one.mobile, CodePurpose.SIGN, by=who.actor, address=address_of(request))
    except Refusal as refusal:
        return None, {**shown, "wrong": refusal, "status": 422}
    messages.send(
        "insured_consent",
        to=messages.Address(Channel.SMS, one.mobile, get_language() or "zh-hans"),
        values={
            "name": one.name,
            "holder": applicant.name if applicant else "",
            "product": seen.name,
            "sum": Money.rounded(amount),
        },
        subject=("order", seen.order.number),
        by=who.actor,
    )
    request.session[ASKED] = {**request.session.get(ASKED, {}), f"{seen.order.pk}.{place}": str(sent.pk)}
    for row in shown["insured"]:
        if row["place"] == place:
            row |= {"sent": True, "demo": shown_in_the_demo(str(sent.pk))}
    return None, {**shown, "status": 200}


def _take(
    seen: Seen, place: int, amount: Decimal, posted: QueryDict, request: HttpRequest, shown: dict[str, Any]
) -> Said:
    challenge = request.session.get(ASKED, {}).get(f"{seen.order.pk}.{place}", "")
    try:
        if not challenge:
            raise CodeGone(field="code")
        redeemed = identity.redeem(challenge, posted.get(f"code.{place}", "")[:8], purpose=CodePurpose.SIGN)
    except Refusal as refusal:
        for row in shown["insured"]:
            row["fault"] = str(refusal) if row["place"] == place else ""
        return None, {**shown, "status": 422}
    told = [one.model_dump() for one in seen.details.insured]
    told[place]["agreed"] = {"at": now(), "challenge": str(redeemed.challenge_id), "sum": amount}
    return {"insured": told}, {**shown, "stay": True}


def papers(seen: Seen, posted: QueryDict | None, request: HttpRequest) -> Said:
    """The copies that this order needs; each is kept as it comes, also while others are missing."""
    first = first_of(seen.details, seen.definition, on=today())
    wanted = needed.copies(seen.details, seen.definition, first, on=today())
    duty = needed.registers(seen.definition, first, on=today())
    kept = {one.code: one for one in seen.details.papers}
    initial = seen.details.registered.model_dump() if seen.details.registered else None
    form = RegisteredForm(posted, initial=initial, prefix="aml") if duty is not None else None
    faults: dict[str, str] = {}
    if posted is not None:
        for one in wanted:
            upload = request.FILES.get(f"paper.{one.code}")
            if upload is not None:
                _keep(one.code, upload, kept, faults)
            if one.code not in kept and one.code not in faults:
                faults[one.code] = _("请上传。")
    rows = [(one, kept.get(one.code), faults.get(one.code, "")) for one in wanted]
    shown: dict[str, Any] = {"wanted": rows, "form": form, "threshold": duty.threshold if duty else None}
    if posted is None:
        return None, shown
    said: dict[str, Any] = {"papers": list(kept.values())}
    complete = not faults
    if form is not None:
        complete = form.is_valid() and complete
        if form.is_valid():
            said["registered"] = form.cleaned_data
    return said, shown if complete else {**shown, "stay": True, "incomplete": True, "bound": form}


def _keep(code: str, upload: Any, kept: dict[str, Any], faults: dict[str, str]) -> None:
    try:
        found = files.put_aside(upload)
    except Refusal as refusal:
        faults[code] = f"{refusal} {refusal.what_to_do}"
        return
    kept[code] = {
        "code": code,
        "name": found.name,
        "kind": found.kind,
        "key": found.key,
        "sha256": found.sha256.hex(),
        "size": found.size,
    }
