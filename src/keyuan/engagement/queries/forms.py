"""Which forms a viewer sees and may change, as a list and one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.engagement.access import may_change
from keyuan.engagement.content import Content
from keyuan.engagement.models import Form
from keyuan.engagement.queries.scope import visible_submissions
from keyuan.engagement.refusals import FormNotFound
from keyuan.engagement.states import FormKind, FormStatus

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.engagement.models import FormLink, FormVersion

ORDERS = {
    "title": ("title", "id"),
    "kind": ("kind", "id"),
    "created": ("id",),
    "changed": ("changed_at", "id"),
}


@dataclass(frozen=True, slots=True)
class FormFilter:
    """What the list is narrowed to; empty narrows nothing."""

    text: str = ""
    kind: str = ""
    status: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form as the desk shows it, with its draft, its newest version and the viewer's links."""

    row: Form
    status: FormStatus
    content: Content
    version: FormVersion | None
    links: tuple[FormLink, ...]
    may_change: bool


def visible(viewer: Viewer) -> QuerySet[Form]:
    """Agent: their own and those shared with everybody; other staff: those of their units and shared ones."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Form.objects.none()
    shared = Q(shared=True, published_at__isnull=False)
    if viewer.role == Role.AGENT:
        return Form.objects.filter(_own(viewer) | shared)
    if viewer.unit_ids is None:
        return Form.objects.all()
    return Form.objects.filter(Q(org_unit_id__in=viewer.unit_ids) | shared)


def _own(viewer: Viewer) -> Q:
    return Q(pk__in=[]) if viewer.user_id is None else Q(owner__user_id=viewer.user_id)


def status_of(row: Form) -> FormStatus:
    """What the dated facts say."""
    if row.published_at is None:
        return FormStatus.DRAFT
    return FormStatus.OPEN if row.closed_at is None else FormStatus.CLOSED


def listed(wanted: FormFilter, *, viewer: Viewer) -> QuerySet[Form]:
    """The forms in scope that fit, in order: the newest first unless the filter says otherwise."""
    found = visible(viewer).select_related("owner", "org_unit").defer("draft")
    if wanted.text:
        found = found.filter(Q(title__icontains=wanted.text) | Q(slug__startswith=wanted.text.lower()))
    if wanted.kind in FormKind.values:
        found = found.filter(kind=wanted.kind)
    conditions = {
        FormStatus.DRAFT: Q(published_at__isnull=True),
        FormStatus.OPEN: Q(published_at__isnull=False, closed_at__isnull=True),
        FormStatus.CLOSED: Q(published_at__isnull=False, closed_at__isnull=False),
    }
    if wanted.status in FormStatus.values:
        found = found.filter(conditions[FormStatus(wanted.status)])
    columns = ORDERS.get(wanted.sort.removeprefix("-"), ("-id",))
    return found.order_by(*(f"-{name}" if wanted.sort.startswith("-") and name[0] != "-" else name for name in columns))


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as a row of the list; ``filled`` counts what the viewer may see of what came back."""

    row: Form
    status: FormStatus
    filled: int


def rows_of(found: Iterable[Form], *, viewer: Viewer) -> list[FormRow]:
    """Rows of the list with their counts, in one query whatever their number."""
    rows = list(found)
    seen = visible_submissions(viewer).filter(form__in=[row.pk for row in rows]).order_by()
    counts = dict(seen.values_list("form_id").annotate(n=Count("pk")))
    return [FormRow(row, status_of(row), counts.get(row.pk, 0)) for row in rows]


def the_form(form_id: int, *, viewer: Viewer) -> Form:
    """The row; raises FormNotFound."""
    found = visible(viewer).select_related("owner", "org_unit").filter(pk=form_id).first()
    if found is None:
        raise FormNotFound
    return found


def form(form_id: int, *, viewer: Viewer) -> FormSeen:
    """One form with everything around it; raises FormNotFound."""
    row = the_form(form_id, viewer=viewer)
    links = row.links.select_related("agent").order_by("id")
    if viewer.role == Role.AGENT:
        links = links.filter(agent__user_id=viewer.user_id or 0)
    elif not viewer.sees_whole_company:
        links = links.filter(Q(agent__isnull=True) | Q(agent__org_unit_id__in=viewer.unit_ids or ()))
    return FormSeen(
        row=row,
        status=status_of(row),
        content=Content.of(row.draft),
        version=row.versions.order_by("-number").first(),
        links=tuple(links[:200]),
        may_change=may_change(row, viewer=viewer),
    )
