"""Which value of each field the merged customer has: chosen, or the kept one's, or the dropped one's where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keyuan.customers.fields import detail_fields, label_of
from keyuan.customers.refusals import (
    BirthDateContradictsIdNumber,
    DocumentsDiffer,
    FieldUnknown,
    SexContradictsIdNumber,
)
from keyuan.customers.standards import facts_of_id_number

KEEP, DROP = "keep", "drop"
OWN_FIELDS = ("name", "source", "org_unit_id")
# Choices that are not of a field: whose household and whose servicing agent the merged customer has.
HOUSEHOLD, SERVICING = "household", "servicing"
CUSTOM = "custom__"
# Fields that mean something only beside another: they follow it.
FOLLOWS = {
    "source_detail": "source",
    "document_kind": "id_number",
    "birth_date": "id_number",
    "sex": "id_number",
    "department": "employer",
    "position": "employer",
    "employer_address": "employer",
    "occupation_class": "occupation",
    "region": "home_address",
    "contact_position": "contact_name",
    "contact_mobile": "contact_name",
}


@dataclass(frozen=True, slots=True)
class Other:
    """A value that neither record has."""

    value: Any


Choice = str | Other
Choices = Mapping[str, Choice]


def has(value: Any) -> bool:
    """Whether there is a value: zero and False are."""
    return value is not None and value != ""


def field_names(kind: str) -> tuple[str, ...]:
    """Every field that can be chosen, by attribute name, the heads of FOLLOWS before what follows them."""
    names = [*OWN_FIELDS, "source_detail", *(field.attname for field in detail_fields(kind).values())]
    return tuple(sorted(names, key=lambda name: name in FOLLOWS))


def settled(kind: str, kept: Mapping[str, Any], dropped: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    """The values of the kept customer that change, by field; ``Other`` values are left to ``others``.

    Raises FieldUnknown, DocumentsDiffer, and the contradictions of an ID number with a birth date or a sex.
    """
    names = field_names(kind)
    _known(names, choices)
    if has(kept.get("id_number")) and has(dropped.get("id_number")) and "id_number" not in choices:
        same = (kept["id_number"], kept["document_kind"]) == (dropped["id_number"], dropped["document_kind"])
        if not same:
            raise DocumentsDiffer(field="id_number", label=label_of(kind, "id_number"))
    taken: set[str] = set()
    for name in names:
        if _takes(name, kept, dropped, choices, taken, names):
            taken.add(name)
    values = {name: dropped[name] for name in names if name in taken and dropped[name] != kept[name]}
    _consistent({**kept, **values}, values)
    return values


def others(choices: Choices) -> dict[str, Any]:
    """The fields whose value is a third one."""
    return {name: choice.value for name, choice in choices.items() if isinstance(choice, Other)}


def custom_values(kept: Mapping[str, Any], dropped: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    """The custom fields of the merged customer: slug by slug as the other fields."""
    whole = dict(kept)
    for slug, value in dropped.items():
        choice = choices.get(f"{CUSTOM}{slug}")
        if choice == DROP or (choice is None and not has(kept.get(slug))):
            whole[slug] = value
    return whole


def _takes(
    name: str,
    kept: Mapping[str, Any],
    dropped: Mapping[str, Any],
    choices: Choices,
    taken: set[str],
    names: tuple[str, ...],
) -> bool:
    if name in choices:
        return choices[name] == DROP
    head = FOLLOWS.get(name)
    if head in names:
        if head in taken:
            return has(dropped[name])
        same = kept[head] == dropped[head] or not has(dropped[head])
        if not same:
            return False
    return has(dropped[name]) and not has(kept[name])


def _known(names: tuple[str, ...], choices: Choices) -> None:
    for name, choice in choices.items():
        if name in (HOUSEHOLD, SERVICING) or name.startswith(CUSTOM):
            continue
        if name not in names or not (choice in (KEEP, DROP) or isinstance(choice, Other)):
            raise FieldUnknown(field=name, name=name)


def _consistent(whole: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """A mix of two records must not contradict itself; what each of them said by itself is not judged here."""
    if not {"id_number", "birth_date", "sex"} & changed.keys() or not has(whole.get("id_number")):
        return
    if whole.get("document_kind") != "resident_id":
        return
    read = facts_of_id_number(whole["id_number"])
    if read is None:
        return
    if whole["birth_date"] not in (None, read.birth_date):
        raise BirthDateContradictsIdNumber(field="birth_date", given=whole["birth_date"], read=read.birth_date)
    if whole["sex"] not in ("", read.sex):
        raise SexContradictsIdNumber(field="sex")


def conflicts(kind: str, kept: Mapping[str, Any], dropped: Mapping[str, Any]) -> Iterator[str]:
    """The fields for which both have a value, and not the same one."""
    for name in field_names(kind):
        if has(kept[name]) and has(dropped[name]) and kept[name] != dropped[name]:
            yield name
