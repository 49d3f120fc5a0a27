"""The viewer: who asks, what they may do, and which part of the organisation they see. Every read names one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.purposes import consent_for
from keyuan.accounts.refusals import NoAccountOfThatName
from keyuan.accounts.roles import PERMISSIONS, STAFF_ROLES, Permission, Role
from keyuan.kernel.actor import Actor
from keyuan.kernel.compiled import Compiled


@dataclass(frozen=True, slots=True)
class Viewer:
    """``unit_ids`` are the organisation units whose rows are in scope; None means the whole company.

    An agent sees the customers assigned to them (``user_id``), a customer sees themselves, a stranger sees nothing:
    the querysets of each domain (``visible``) carry that out. A program has a ``purpose`` (accounts.purposes); one that
    needs consent sees only customers who gave it. ``token`` is the name of the key that a program came with.
    """

    user_id: int | None
    name: str
    role: str
    unit_ids: tuple[int, ...] | None = ()
    permissions: frozenset[Permission] = frozenset()
    purpose: str = ""
    token: str = ""
    token_id: int | None = None

    @property
    def consent(self) -> str:
        """The consent that a customer must have given to be seen; empty: none."""
        return consent_for(self.purpose)

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def sees_whole_company(self) -> bool:
        return self.is_staff and self.role != Role.AGENT and self.unit_ids is None and not self.purpose_is_narrow

    @property
    def purpose_is_narrow(self) -> bool:
        """Whether the purpose leaves out customers."""
        return bool(self.purpose) and bool(self.consent)

    @property
    def may_import_books(self) -> bool:
        """A book reaches every unit: only who sees the whole company may import one."""
        return self.may(Permission.IMPORT_BOOKS) and self.sees_whole_company

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def actor(self) -> Actor:
        """The viewer as the one who acts."""
        return _actor(self.role, self.user_id, f"{self.name} · {self.token}" if self.token else self.name)


def _actor(role: str, user_id: int | None, name: str) -> Actor:
    kind = "customer" if role == Role.CUSTOMER else "user"
    return Actor(kind=kind, id="" if user_id is None else str(user_id), name=name)


def actor_of(user: User) -> Actor:
    """The account as the one who acts, also one that is inactive or just leaving."""
    return _actor(user.role, user.pk, str(user))


STRANGER = Viewer(user_id=None, name="", role="")


def program_viewer(name: str, *, org_unit_id: int, permissions: frozenset[Permission], purpose: str) -> Viewer:
    """A program that acts for the company in one part of it, such as what receives our events."""
    unit = OrgUnit.objects.filter(pk=org_unit_id).first()
    if unit is None:
        return STRANGER
    below = (
        None
        if unit.parent_id is None
        else tuple(OrgUnit.objects.filter(path__startswith=unit.path).order_by("path").values_list("pk", flat=True))
    )
    return Viewer(None, name, Role.ADMINISTRATOR, below, permissions, purpose)


def system_viewer(name: str) -> Viewer:
    """A part of the system that may see the whole company, such as the command line on the server itself."""
    return Viewer(None, name, Role.ADMINISTRATOR, None, frozenset(Permission))


def viewer_of(user: User) -> Viewer:
    """The viewer that an account is today; an inactive account is a stranger."""
    if not user.is_active:
        return STRANGER
    return Viewer(
        user_id=user.pk,
        name=str(user),
        role=user.role,
        unit_ids=_units_of(user),
        permissions=PERMISSIONS.get(user.role, frozenset()),
    )


def viewer_named(username: str) -> Viewer:
    """The viewer that the account of this name is, for the command line on the server; raises NoAccountOfThatName."""
    user = accounts_with_scope().filter(username=username).first()
    if user is None:
        raise NoAccountOfThatName(field="username", username=username)
    return viewer_of(user)


def viewer_of_id(user_id: int) -> Viewer:
    """The viewer that an account is now, for a job that acts for it; a stranger if the account is gone."""
    user = accounts_with_scope().filter(pk=user_id).first()
    return STRANGER if user is None else viewer_of(user)


# The units below a joined unit, worked out only for those whose scope they are. Raw, because Django needs several times
# longer to put this subquery together than PostgreSQL to answer it, and every request asks.
UNITS_BELOW: Final = """
    CASE WHEN accounts_orgunit.parent_id IS NULL OR accounts_user.role IN ('agent', 'customer') THEN NULL
    ELSE ARRAY(SELECT below.id FROM accounts_orgunit AS below
               WHERE starts_with(below.path, accounts_orgunit.path) ORDER BY below.path) END
"""


def accounts_with_scope() -> QuerySet[User]:
    """Accounts with their unit and the ids of the units below it, all in the one query."""
    ids = RawSQL(UNITS_BELOW, (), output_field=ArrayField(BigIntegerField()))  # noqa: S611  a constant
    return User.objects.select_related("org_unit").annotate(scope_unit_ids=ids)


def account(user_id: int) -> User | None:
    """The account with its unit and scope, by one ready statement: every page begins with it."""
    found = _ACCOUNT.rows(user_id=user_id)
    if not found:
        return None
    *values, unit_ids = found[0]
    own, unit = _FIELDS[User], _FIELDS[OrgUnit]
    user = User.from_db(DEFAULT_DB_ALIAS, own, values[: len(own)])
    known = OrgUnit.from_db(DEFAULT_DB_ALIAS, unit, values[len(own) :])
    user._state.fields_cache["org_unit"] = None if known.pk is None else known
    user.scope_unit_ids = unit_ids  # type: ignore[attr-defined]
    return user


_FIELDS = {model: [field.attname for field in model._meta.concrete_fields] for model in (User, OrgUnit)}


def _account(user_id: int) -> QuerySet[User, Any]:
    names = [*_FIELDS[User], *(f"org_unit__{name}" for name in _FIELDS[OrgUnit]), "scope_unit_ids"]
    return accounts_with_scope().filter(pk=user_id).values_list(*names)


_ACCOUNT = Compiled(_account)


def unit_scope(role: str, unit: int | None, parent: int | None, below: Sequence[int]) -> tuple[int, ...] | None:
    """The units in scope of a role in ``unit``: nothing for agents and customers, everything (None) at the root."""
    if unit is None or role in (Role.AGENT, Role.CUSTOMER):
        return ()
    return None if parent is None else tuple(below)


def _units_of(user: User) -> tuple[int, ...] | None:
    unit = user.org_unit
    if unit is None or unit.parent_id is None or user.role in (Role.AGENT, Role.CUSTOMER):
        return unit_scope(user.role, user.org_unit_id, None, ())
    below: list[int] | None = getattr(user, "scope_unit_ids", None)
    if below is None:
        below = list(OrgUnit.objects.filter(path__startswith=unit.path).order_by("path").values_list("pk", flat=True))
    return unit_scope(user.role, unit.pk, unit.parent_id, below)
