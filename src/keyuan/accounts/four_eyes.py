"""Four eyes: what one person writes holds only when another has put it into force; then it never changes.

A text (a product's definition, a set of rules) has versions: drafted → changed → submitted → published, or returned to its
authors. The rooms say what the text is, what must be sound about it, and in which words they refuse; the order of things,
who may do them, who wrote what, the locks and the lines in the log are here, once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal

LONGEST_REASON = 500


def digest_of(text: str) -> str:
    """What a text is known by: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


class Version(models.Model):
    """One version of a text, by the ``code`` of what it is of (a field of the room's own) and its number.

    Once it is published the database refuses to change it (``kept_by_the_database``). Names are kept as values, so that they
    outlive the accounts. ``authors`` are the accounts that wrote any of it: none of them may publish.
    """

    code: Any
    text: Any
    number = models.PositiveIntegerField(_("版本"))
    digest = models.CharField(_("文本摘要"), max_length=64)
    authors = ArrayField(models.BigIntegerField(), default=list)
    drafted_by = models.CharField(_("起草人"), max_length=200)
    drafted_at = models.DateTimeField()
    changed_by = models.CharField(_("最后修改人"), max_length=200)
    changed_at = models.DateTimeField()
    submitted_by = models.CharField(_("提交人"), max_length=200, blank=True, default="")
    submitted_at = models.DateTimeField(null=True)
    published_by = models.CharField(_("发布人"), max_length=200, blank=True, default="")
    published_by_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    remark = models.CharField(_("退回或撤回的原因"), max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    @property
    def state(self) -> Any:
        """How far it has come, of the room's own vocabulary; computed from what happened to it."""
        raise NotImplementedError


V = TypeVar("V", bound=Version)


@dataclass(frozen=True, slots=True)
class Refusals:
    """In which words a room refuses. ``not_found`` takes the code and the number."""

    not_found: Callable[[str, int], Refusal]
    not_a_draft: type[Refusal]
    changed_meanwhile: type[Refusal]
    reason_missing: type[Refusal]
    second_person: type[Refusal]
    whole_company: type[Refusal]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of line that a room writes."""

    drafted: EventKind
    changed: EventKind
    submitted: EventKind
    returned: EventKind
    published: EventKind
    discarded: EventKind


@dataclass(frozen=True, slots=True)
class FourEyes(Generic[V]):
    """The way of one kind of text. ``moves``: from which state it may go to which, by their values."""

    table: type[V]
    subject: str
    write: Permission
    approve: Permission
    moves: Mapping[Any, frozenset[Any]]
    kinds: Kinds
    refuse: Refusals

    def require(self, by: Viewer, permission: Permission) -> None:
        """These texts are the whole company's: nobody of a branch writes or publishes them."""
        require(by, permission)
        if not by.sees_whole_company:
            raise self.refuse.whole_company

    def held(self, code: str) -> list[V]:
        """Every version of a code, locked, so that two of them are not drafted or published at once."""
        return list(self.table._default_manager.select_for_update().filter(code=code).order_by("number"))

    def locked(self, code: str, number: int) -> V:
        """One of them, with all of them held. Raises the room's ``not_found``."""
        found = next((row for row in self.held(code) if row.number == number), None)
        if found is None:
            raise self.refuse.not_found(code, number)
        return found

    def advancing(self, code: str, number: int, *, to: str) -> V:
        """The version, which must be able to go to the state ``to``. Raises ``not_a_draft``."""
        version = self.locked(code, number)
        if to not in self.moves[version.state]:
            raise self._not_now(version)
        return version

    def draft(self, made: V, *, by: Viewer) -> V:
        """Keep a new version that ``by`` begins."""
        made.drafted_by = made.changed_by = by.actor.name
        made.drafted_at = made.changed_at = now()
        made.authors = _with([], by)
        made.save(force_insert=True)
        self.tell(self.kinds.drafted, made, by=by)
        return made

    def opened(self, code: str, number: int, *, seen_digest: str, by: Viewer) -> V:
        """A draft to be changed, as it was when it was opened (``seen_digest``). Raises ``changed_meanwhile``."""
        self.require(by, self.write)
        draft = self._draft(code, number)
        if draft.digest != seen_digest:
            raise self.refuse.changed_meanwhile(field="text")
        return draft

    def changed(self, draft: V, *, by: Viewer) -> V:
        """Keep what ``by`` changed about an opened draft; from now on they are one of its authors."""
        draft.changed_by, draft.changed_at = by.actor.name, now()
        draft.authors = _with(draft.authors, by)
        draft.save()
        self.tell(self.kinds.changed, draft, by=by)
        return draft

    @transaction.atomic
    def submit(self, code: str, number: int, *, check: Callable[[V], Mapping[str, Any]], by: Viewer) -> V:
        """Ask for approval. ``check`` raises what is not sound about the text, and gives what the log tells besides."""
        self.require(by, self.write)
        draft = self.advancing(code, number, to="submitted")
        told = check(draft)
        draft.submitted_by, draft.submitted_at, draft.remark = by.actor.name, now(), ""
        draft.authors = _with(draft.authors, by)
        draft.save()
        self.tell(self.kinds.submitted, draft, by=by, **told)
        return draft

    @transaction.atomic
    def send_back(self, code: str, number: int, *, reason: str, by: Viewer) -> V:
        """Back to its authors with a reason. Raises ``reason_missing``."""
        self.require(by, self.approve)
        submitted = self.advancing(code, number, to="draft")
        submitted.remark = self.reason(reason)
        submitted.submitted_by, submitted.submitted_at = "", None
        submitted.save()
        self.tell(self.kinds.returned, submitted, by=by, reason=submitted.remark)
        return submitted

    @transaction.atomic
    def publish(self, code: str, number: int, *, check: Callable[[V], Mapping[str, Any]], by: Viewer) -> V:
        """Put a submitted version into force. Raises ``second_person`` to whoever wrote any of it, or has no account.

        ``check`` runs again what was sound at submission: another version may have been published since.
        """
        self.require(by, self.approve)
        version = self.advancing(code, number, to="published")
        if by.user_id is None or by.user_id in version.authors:
            raise self.refuse.second_person(number=number)
        told = check(version)
        version.published_by, version.published_by_id, version.published_at = by.actor.name, by.user_id, now()
        version.save()
        self.tell(self.kinds.published, version, by=by, **told)
        return version

    @transaction.atomic
    def discard(self, code: str, number: int, *, by: Viewer) -> None:
        """Throw a draft away; the line in the log keeps its digest."""
        self.require(by, self.write)
        draft = self._draft(code, number)
        self.tell(self.kinds.discarded, draft, by=by)
        draft.delete()

    def reason(self, text: str) -> str:
        """A reason as it is kept. Raises ``reason_missing``."""
        if not text.strip():
            raise self.refuse.reason_missing(field="reason")
        return text.strip()[:LONGEST_REASON]

    def tell(self, kind: EventKind, version: V, *, by: Viewer, **more: Any) -> None:
        """Write the line, with the version and its digest."""
        payload = {"version": version.number, "digest": version.digest, **more}
        record(kind, by=by.actor, subject=(self.subject, version.code), payload=payload)

    def _draft(self, code: str, number: int) -> V:
        version = self.locked(code, number)
        if version.state != "draft":
            raise self._not_now(version)
        return version

    def _not_now(self, version: V) -> Refusal:
        return self.refuse.not_a_draft(number=version.number, state=version.state.label)


def _with(authors: list[int], by: Viewer) -> list[int]:
    return sorted({*authors, *([] if by.user_id is None else [by.user_id])})


def kept_by_the_database(table: str, *columns: str) -> tuple[str, str]:
    """SQL for a migration, and back: what was published in ``table`` keeps these columns, and is not deleted."""
    told = ", ".join(f"'{column}'" for column in columns)
    return (
        f"""{_KEEP}
CREATE TRIGGER {table}_published_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION keep_published_version({told});
""",
        f"DROP TRIGGER {table}_published_stays ON {table};",
    )


_KEEP = """
CREATE OR REPLACE FUNCTION keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'version % of % was published and is kept', OLD.number, OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'publish another version, or withdraw it';
    END IF;
    FOREACH kept IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> kept IS DISTINCT FROM to_jsonb(OLD) -> kept THEN
            RAISE EXCEPTION 'version % of % was published and its % cannot be changed', OLD.number, OLD.code, kept
                USING ERRCODE = 'restrict_violation', HINT = 'draft a new version';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;"""
