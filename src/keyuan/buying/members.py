"""A company's list of people: rows of a file or of a form to members of an order, what cannot be taken named by its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from keyuan.customers.standards import facts_of_id_number
from keyuan.files import actions as files
from keyuan.files.states import BY_CODE
from keyuan.policies.members.checking import checked
from keyuan.policies.members.reading import rows_of
from keyuan.policies.members.reasons import sentence
from keyuan.policies.refusals import ListUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.base import File

    from keyuan.orders.details import Member
    from keyuan.policies.members.rules import Wanted
    from keyuan.products.definition import Definition

READABLE = ("xlsx", "text")
MOST = 2_000
#: The columns of the empty list that can be fetched, by the names that every reader of lists knows.
HEADINGS = ("姓名", "证件类型", "证件号码", "手机号", "工号", "保障计划", "职业类别")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that is not taken: its number in the file, the column, and why."""

    row: int
    column: str
    why: str
    who: str


@dataclass(slots=True)
class Read:
    """A file as it was read: members as orders.details keeps them, and the rows that are none."""

    members: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read_file(upload: File[bytes], definition: Definition) -> Read:
    """Every row of a list. Raises what files.look refuses, ListUnreadable, ListTooLong, ColumnsMissing."""
    looked = files.look(upload)
    if looked.kind not in READABLE:
        raise ListUnreadable(field="file", name=looked.name, problem=BY_CODE[looked.kind].label)
    upload.seek(0)
    sheet = checked(rows_of(upload, name=looked.name, kind=looked.kind), name=looked.name)
    found = Read(
        wrong=[
            Wrong(one.row, one.column, sentence(one.code, one.gaps), next(filter(None, one.cells), ""))
            for one in sheet.rejects
        ]
    )
    for row in sheet.wanted[:MOST]:
        told = _member(row, definition)
        if isinstance(told, Wrong):
            found.wrong.append(told)
        else:
            found.members.append(told)
    found.wrong += [
        Wrong(
            row.row, "", _("一份投保单最多%(most)s人，请分开投保或联系客服。") % {"most": MOST}, str(row.values["name"])
        )
        for row in sheet.wanted[MOST:]
    ]
    found.wrong.sort(key=lambda one: one.row)
    return found


def _member(row: Wanted, definition: Definition) -> dict[str, Any] | Wrong:
    said, name = row.values, str(row.values["name"])
    told = facts_of_id_number(str(said["id_number"]))
    if told is None:
        return Wrong(row.row, _("证件号码"), _("这种证件不含出生日期和性别，请在下面逐个填写这个人。"), name)
    plan = plan_of(definition, str(said.get("plan", "")))
    if plan is None:
        offered = "、".join(one.name.zh for one in definition.plans)
        return Wrong(row.row, _("保障计划"), _("请填写这些计划之一：%(offered)s。") % {"offered": offered}, name)
    if said.get("occupation_class") not in (definition.insured.occupation_classes if definition.insured else ()):
        return Wrong(row.row, _("职业类别"), _("请填写1至6类，这款产品只承保这些职业。"), name)
    return {
        "name": name,
        "document_kind": said["document_kind"],
        "document_number": said["id_number"],
        "birth_date": told.birth_date,
        "sex": told.sex.value,
        "mobile": said.get("mobile") or "",
        "staff_number": said.get("staff_number") or "",
        "plan": plan,
        "occupation_class": said["occupation_class"],
    }


def plan_of(definition: Definition, text: str) -> str | None:
    """The code of the plan that somebody wrote by its code or its name in either language."""
    wanted = text.replace(" ", "").casefold()
    for one in definition.plans:
        if wanted in {word.replace(" ", "").casefold() for word in (one.code, one.name.zh, one.name.en)}:
            return one.code
    return None


def together(kept: Sequence[Member], more: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those kept and those added; somebody on both lists is there once, as said last."""
    people = {one.document_number: one.model_dump() for one in kept}
    people |= {one["document_number"]: one for one in more}
    return list(people.values())[:MOST]
