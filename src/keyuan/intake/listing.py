"""The list of imports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.intake import queries
from keyuan.intake.queries import RunFilter
from keyuan.intake.states import TONES, run_state
from keyuan.kernel.clock import now
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.intake.models import Run


def _found(asked: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Run]:
    return queries.listed(RunFilter(**asked), viewer=viewer)


def _state(run: Run) -> Mark:
    state = run_state(run, at=now())
    return Mark(state.label, TONES[state])


IMPORTS = Listing(
    name="imports",
    title=gettext_lazy("数据导入"),
    icon="upload",
    permissions=(Permission.IMPORT_BOOKS,),
    found=_found,
    address=lambda row: reverse("intake:run", args=[row.pk]),
    order="-begun",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab("open", gettext_lazy("未完成")),
        Tab("finished", gettext_lazy("已完成")),
        Tab("rejects", gettext_lazy("有拒绝行")),
    ),
    filters=(
        Filter(name="text", label=gettext_lazy("账册或导入人"), kind="text"),
        Filter(name="since", label=gettext_lazy("开始不早于"), kind="day", says=gettext_lazy("%(word)s起开始")),
        Filter(name="until", label=gettext_lazy("开始不晚于"), kind="day", says=gettext_lazy("到%(word)s开始")),
    ),
    columns=(
        Column(name="book", label=gettext_lazy("账册"), value=lambda row: f"{row.book.name} #{row.pk}"),
        Column(name="title", label=pgettext_lazy("导入", "说明"), value=lambda row: row.title, usual=False),
        Column(name="state", label=gettext_lazy("状态"), look="chips", value=_state),
        Column(name="rows", label=gettext_lazy("行数"), look="number", value=lambda row: row.counts.get("rows", 0)),
        Column(
            name="rejected", label=gettext_lazy("拒绝"), look="number", value=lambda row: row.counts.get("rejected", 0)
        ),
        Column(name="by", label=gettext_lazy("导入人"), value=lambda row: row.started_by),
        Column(
            name="begun", label=gettext_lazy("开始时间"), look="moment", value=lambda row: row.created_at, sort="id"
        ),
        Column(
            name="ended",
            label=gettext_lazy("完成时间"),
            look="moment",
            value=lambda row: row.finished_at,
            sort="finished_at",
            nullable=True,
            unindexed=True,
        ),
    ),
    nothing=Nothing(
        gettext_lazy("还没有导入过账册"),
        gettext_lazy("上传一个 CSV、XLSX 或 Parquet 文件，系统会识别列名并先预览。"),
        lambda: reverse("intake:upload"),
        gettext_lazy("导入账册"),
    ),
    template="intake/list.html",
)

run_list = desk_list(IMPORTS)
