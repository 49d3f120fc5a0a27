"""The report of an undo in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.customers.fields import field_labels
from keyuan.customers.merging.tables import table_named
from keyuan.customers.models import Merge


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the fields or tables that it is about."""

    sentence: str
    names: tuple[str, ...]


def told_report(merge: Merge) -> list[Told]:
    """What an undone merge left as it is now, a sentence for each sort; empty if everything went back."""
    report = merge.report
    labels = field_labels()
    found = []
    if report.get("edited"):
        names = tuple(str(labels.get(name, name)) for name in report["edited"])
        found.append(Told(_("合并后修改过、保持修改后内容的资料："), names))
    sentences = {
        "followed": _("合并后新增、随原保单等一并归还的记录："),
        "gone": _("合并后已删除或已移走、无法归还的记录："),
        "in_the_way": _("位置已被占用、未能归还的记录："),
    }
    for key, sentence in sentences.items():
        if report.get(key):
            found.append(Told(sentence, tuple(_counted(*one) for one in report[key].items())))
    return found


def _counted(label: str, count: int) -> str:
    model = table_named(label)
    name = label if model is None else str(model._meta.verbose_name)
    return ngettext("%(name)s %(n)s 条", "%(name)s %(n)s 条", count) % {"name": name, "n": count}
