"""Products by what somebody wants to protect, not by code; and the guide that asks three questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from keyuan.products.definition import Definition


@dataclass(frozen=True, slots=True)
class Aim:
    """What somebody wants. ``lines``: the lines of business that serve it."""

    code: str
    label: str | Promise
    question: str | Promise
    icon: str
    lines: tuple[str, ...]


AIMS: Final = (
    Aim("journey", _("出门旅行"), _("路上出了意外、病了、误了航班"), "plane", ("accident",)),
    Aim("health", _("生病住院"), _("医药费和大病时的收入"), "stethoscope", ("medical", "critical_illness")),
    Aim("family", _("家人的依靠"), _("万一我不在了，家里的房贷和孩子"), "heart", ("life", "participating", "accident")),
    Aim("later", _("养老和教育"), _("到那时每年有一笔钱"), "calendar", ("annuity", "education", "participating")),
    Aim("things", _("车和房子"), _("事故、火灾、水管爆裂"), "home", ("motor", "property")),
    Aim(
        "people",
        pgettext_lazy("投保目的", "公司和员工"),
        _("员工的意外和医疗、厂房设备和存货"),
        "building",
        ("group", "property"),
    ),
)


def aims_of(definition: Definition) -> Iterator[Aim]:
    """What a product serves. A journey is served by products that are priced by the day, other accidents by the rest."""
    for aim in AIMS:
        travels = definition.rating.engine == "travel"
        companies = "person" not in definition.holders
        if definition.line in aim.lines and travels == (aim.code == "journey") and companies == (aim.code == "people"):
            yield aim


def by_aim(offered: tuple[Definition, ...]) -> Mapping[Aim, list[Definition]]:
    """The products of each aim, aims without any left out."""
    found = {aim: [one for one in offered if aim in aims_of(one)] for aim in AIMS}
    return {aim: those for aim, those in found.items() if those}
