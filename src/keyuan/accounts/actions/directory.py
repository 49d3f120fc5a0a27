"""Admitting somebody whom the company's directory vouches for."""

from __future__ import annotations

from django.db import transaction

from keyuan.accounts import events
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.refusals import NotInDirectory
from keyuan.accounts.roles import STAFF_ROLES
from keyuan.accounts.rules import DirectoryPerson
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor

DIRECTORY = Actor.system("directory")


def admit(person: DirectoryPerson, *, linked_id: int | None, role_needed: bool, link: bool, create: bool) -> User:
    """The account that the person signs in to; raises NotInDirectory.

    ``linked_id``: the account that signed in with this identity before. Otherwise a staff account of the same user name
    if ``link``, otherwise a new one if ``create`` and the directory names role and unit. With ``role_needed`` a person
    whom the directory gives no role (any more) is refused. Role and unit follow the directory at every sign-in.
    """
    if role_needed and person.role is None:
        raise NotInDirectory
    with transaction.atomic():
        user = _known(person, linked_id, link=link)
        unit = OrgUnit.objects.filter(code=person.unit_code).first() if person.unit_code else None
        if user is None:
            if not create or person.role is None or unit is None or not person.username:
                raise NotInDirectory
            return _new(person, person.role, unit)
        if not user.is_active:
            raise NotInDirectory
        _follow(user, person.role, unit)
        return user


def _known(person: DirectoryPerson, linked_id: int | None, *, link: bool) -> User | None:
    accounts = User.objects.select_for_update()
    if linked_id is not None:
        return accounts.filter(pk=linked_id).first()
    if link and person.username:
        return accounts.filter(username=person.username, role__in=STAFF_ROLES).first()
    return None


def _new(person: DirectoryPerson, role: str, unit: OrgUnit) -> User:
    if User.objects.filter(username__iexact=person.username).exists():
        raise NotInDirectory  # Somebody else's account: an administrator links them, not the sign-in.
    user = User(username=person.username, display_name=person.name[:60], email=person.email, role=role, org_unit=unit)
    user.set_unusable_password()
    user.save()
    payload = {"username": user.username, "role": role, "org_unit_id": unit.pk}
    record(events.USER_CREATED, by=DIRECTORY, org_unit_id=unit.pk, subject=("user", user.pk), payload=payload)
    return user


def _follow(user: User, role: str | None, unit: OrgUnit | None) -> None:
    before = {"role": str(user.role), "org_unit_id": user.org_unit_id}
    user.role = role or user.role
    user.org_unit = unit or user.org_unit
    after = {"role": str(user.role), "org_unit_id": user.org_unit_id}
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if changes:
        user.save(update_fields=["role", "org_unit"])
        record(
            events.USER_CHANGED,
            by=DIRECTORY,
            org_unit_id=user.org_unit_id,
            subject=("user", user.pk),
            payload={"changes": changes},
        )
