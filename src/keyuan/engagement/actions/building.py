"""Making a form, publishing it, handing it out."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from keyuan.accounts import access
from keyuan.accounts.roles import Permission, Role
from keyuan.agents.queries import active_agents, agent_of_user
from keyuan.customers.access import require_unit
from keyuan.engagement import events
from keyuan.engagement.access import may_change
from keyuan.engagement.content import Content
from keyuan.engagement.models import Form, FormLink, FormVersion
from keyuan.engagement.queries.forms import visible
from keyuan.engagement.refusals import (
    FormNotFound,
    FormNotOpen,
    FormNotYours,
    FormUnfinished,
    LinkForOthers,
    PurposeMissing,
    SlugMalformed,
    SlugTaken,
)
from keyuan.engagement.rules.checking import faults
from keyuan.engagement.states import FormKind
from keyuan.engagement.templates_of_forms import TEMPLATES
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now, today
from keyuan.sales.cleaning import printable

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.kinds import EventKind

# Letters and digits that nobody mistakes for each other when a card is read out.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")


def code(length: int) -> str:
    """A short random code that can be read out."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@transaction.atomic
def create_form(kind: FormKind | str, *, by: Viewer, org_unit_id: int | None = None) -> Form:
    """A new draft with the usual questions; an agent's is theirs. Raises NotPermitted, OutsideScope."""
    access.require(by, Permission.EDIT_CUSTOMERS)
    content = TEMPLATES[FormKind(kind)]
    agent = agent_of_user(by.user_id) if by.role == Role.AGENT else None
    unit = agent.org_unit_id if agent is not None else org_unit_id
    if unit is None:
        raise FormNotFound
    if agent is None:
        require_unit(by, unit)
    form = Form.objects.create(
        kind=FormKind(kind),
        slug=code(8),
        title=content.title.zh,
        draft=content.as_json(),
        org_unit_id=unit,
        owner=agent,
        created_by_id=by.user_id,
    )
    _tell(events.FORM_CREATED, form, by=by, form_kind=form.kind)
    return form


@transaction.atomic
def save_form(
    form_id: int, *, content: Content, by: Viewer, slug: str | None = None, shared: bool | None = None
) -> Form:
    """Keep the draft, finished or not. Raises FormNotFound, FormNotYours, SlugMalformed, SlugTaken."""
    form = _locked(form_id, by)
    form.draft, form.title, form.changed_at = content.as_json(), content.title.zh[:200], now()
    if slug is not None and slug != form.slug:
        _rename(form, slug)
    if shared is not None and by.role != Role.AGENT:
        form.shared = shared
    form.save(update_fields=["draft", "title", "changed_at", "slug", "shared"])
    return form


@transaction.atomic
def publish_form(form_id: int, *, by: Viewer) -> FormVersion:
    """Show the draft to visitors as the newest version, or open a closed form again; raises FormUnfinished."""
    form = _locked(form_id, by)
    found = faults(Content.of(form.draft), form.kind)
    if found:
        raise FormUnfinished(count=len(found))
    newest = form.versions.order_by("-number").first()
    if newest is None or newest.content != form.draft:
        number = 1 if newest is None else newest.number + 1
        newest = FormVersion.objects.create(
            form=form, number=number, content=form.draft, published_at=now(), published_by_id=by.user_id
        )
    form.published_at, form.closed_at = form.published_at or now(), None
    form.save(update_fields=["published_at", "closed_at"])
    _tell(events.FORM_PUBLISHED, form, by=by, version=newest.number)
    return newest


@transaction.atomic
def close_form(form_id: int, *, by: Viewer) -> Form:
    """Visitors cannot fill it in any more; what came stays."""
    form = _locked(form_id, by)
    if form.published_at is None or form.closed_at is not None:
        raise FormNotOpen
    form.closed_at = now()
    form.save(update_fields=["closed_at"])
    _tell(events.FORM_CLOSED, form, by=by)
    return form


@transaction.atomic
def make_link(form_id: int, *, by: Viewer, agent_id: int | None = None, label: str = "") -> FormLink:
    """The link on which an agent hands the form out on an occasion; the same asked for again is the same link.

    An agent's link is their own. Raises FormNotFound, FormNotOpen, LinkForOthers.
    """
    access.require(by, Permission.EDIT_CUSTOMERS)
    form = visible(by).select_for_update(of=("self",)).filter(pk=form_id).first()
    if form is None:
        raise FormNotFound
    if form.published_at is None:
        raise FormNotOpen
    if by.role == Role.AGENT:
        own = agent_of_user(by.user_id)
        if own is None or agent_id not in (None, own.pk):
            raise LinkForOthers
        agent_id = own.pk
    elif agent_id is not None and not active_agents(viewer=by, on=today()).filter(pk=agent_id).exists():
        raise LinkForOthers
    elif agent_id is None and not may_change(form, viewer=by):
        raise FormNotYours
    label = printable(label)[:60]
    link = FormLink.objects.filter(
        form=form, label=label, **({"agent__isnull": True} if agent_id is None else {"agent_id": agent_id})
    ).first()
    if link is not None:
        return link
    link = FormLink.objects.create(form=form, agent_id=agent_id, label=label, code=code(8))
    _tell(events.LINK_MADE, form, by=by, label=label)
    return link


@transaction.atomic
def note_results_export(form_id: int, *, purpose: str, filters: dict[str, Any], file_format: str, by: Viewer) -> None:
    """Write down who takes answers away, and why; raises NotPermitted, FormNotFound, PurposeMissing."""
    access.require(by, Permission.EXPORT)
    form = visible(by).filter(pk=form_id).first()
    if form is None:
        raise FormNotFound
    purpose = printable(purpose)[:200]
    if not purpose:
        raise PurposeMissing(field="purpose")
    _tell(events.RESULTS_EXPORTED, form, by=by, purpose=purpose, filters=filters, format=file_format)


def _locked(form_id: int, by: Viewer) -> Form:
    access.require(by, Permission.EDIT_CUSTOMERS)
    form = visible(by).select_for_update(of=("self",)).select_related("owner").filter(pk=form_id).first()
    if form is None:
        raise FormNotFound
    if not may_change(form, viewer=by):
        raise FormNotYours
    return form


def _rename(form: Form, slug: str) -> None:
    slug = slug.strip().lower()
    if not SLUG.fullmatch(slug):
        raise SlugMalformed(field="slug")
    try:
        with transaction.atomic():
            Form.objects.filter(pk=form.pk).update(slug=slug)
    except IntegrityError as taken:
        raise SlugTaken(field="slug", slug=slug) from taken
    form.slug = slug


def _tell(kind: EventKind, form: Form, *, by: Viewer, **payload: Any) -> None:
    record(
        kind,
        by=by.actor,
        org_unit_id=form.org_unit_id,
        subject=("form", form.pk),
        payload={"title": form.title, **payload},
    )
