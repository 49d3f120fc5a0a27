"""Every read of the accounts room. Accounts and tokens are an administrator's, in their part of the organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from keyuan.accounts.models import ApiToken, OrgUnit, User
from keyuan.accounts.refusals import TokenNotFound, UnitNotFound, UserNotFound
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.kernel.compiled import Compiled


def users(*, viewer: Viewer) -> QuerySet[User]:
    """The accounts that the viewer manages: those of their units, or all; none without the permission."""
    if not viewer.may(Permission.MANAGE_USERS):
        return User.objects.none()
    everyone = User.objects.select_related("org_unit")
    return everyone if viewer.unit_ids is None else everyone.filter(org_unit__in=viewer.unit_ids)


def user(user_id: int, *, viewer: Viewer) -> User:
    """One of them; raises UserNotFound."""
    found = users(viewer=viewer).filter(pk=user_id).first()
    if found is None:
        raise UserNotFound
    return found


def colleagues(*, viewer: Viewer) -> QuerySet[User]:
    """To whom the viewer may give work: active staff of their own units, or of the whole company, by name."""
    staff = User.objects.filter(is_active=True).exclude(role=Role.CUSTOMER).order_by("display_name", "username")
    if viewer.sees_whole_company:
        return staff
    if not viewer.is_staff:
        return User.objects.none()
    return staff.filter(Q(org_unit__in=viewer.unit_ids or ()) | Q(pk=viewer.user_id))


def with_second_factor(accounts: QuerySet[User]) -> QuerySet[User]:
    """The same accounts, each saying whether it ``has_second_factor``."""
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return accounts.annotate(has_second_factor=Exists(factors))


def units(*, viewer: Viewer) -> QuerySet[OrgUnit]:
    """The units in the viewer's scope, in tree order; none for strangers, customers and agents."""
    if not viewer.is_staff:
        return OrgUnit.objects.none()
    everything = OrgUnit.objects.order_by("path")
    return everything if viewer.unit_ids is None else everything.filter(pk__in=viewer.unit_ids)


def unit(unit_id: int, *, viewer: Viewer) -> OrgUnit:
    """One of them; raises UnitNotFound."""
    found = units(viewer=viewer).filter(pk=unit_id).first()
    if found is None:
        raise UnitNotFound
    return found


def unit_of(*, viewer: Viewer) -> int | None:
    """The unit that the viewer's own account belongs to."""
    return ask_unit_of(viewer=viewer)()


def ask_unit_of(*, viewer: Viewer) -> Callable[[], int | None]:
    """Ask for it; what is given back has the answer (kernel.statements.together)."""
    if viewer.user_id is None:
        return lambda: None
    answer = _UNIT.ask(user_id=viewer.user_id)
    return lambda: next((unit_id for (unit_id,) in answer.rows()), None)


_UNIT = Compiled(lambda user_id: User.objects.filter(pk=user_id).values_list("org_unit_id"))


def units_above(*, viewer: Viewer) -> QuerySet[OrgUnit]:
    """The unit of the viewer's own account and those above it."""
    if viewer.user_id is None:
        return OrgUnit.objects.none()
    return OrgUnit.objects.filter(
        Exists(User.objects.filter(pk=viewer.user_id, org_unit__path__startswith=OuterRef("path")))
    )


def unit_codes_above(*, viewer: Viewer) -> list[str]:
    """The code of the viewer's own unit and of those above it, the nearest first."""
    unit = OrgUnit.objects.filter(users=viewer.user_id).first() if viewer.user_id is not None else None
    if unit is None:
        return []
    above = [int(part) for part in unit.path.strip("/").split("/")]
    return list(OrgUnit.objects.filter(pk__in=above).order_by("-path").values_list("code", flat=True))


def unit_ids_of_codes(codes: Iterable[str], *, viewer: Viewer) -> list[int]:
    """The units with these codes and all below them. The tree is known to all staff; what hangs on it is not."""
    if not viewer.is_staff:
        return []
    below = Q(pk__in=[])
    for path in OrgUnit.objects.filter(code__in=list(codes)).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return list(OrgUnit.objects.filter(below).values_list("pk", flat=True))


def units_with_staff(*, viewer: Viewer) -> QuerySet[OrgUnit]:
    """The same units, each with its number of active accounts as ``staff``."""
    return units(viewer=viewer).annotate(staff=Count("users", filter=Q(users__is_active=True)))


def tokens(*, viewer: Viewer) -> QuerySet[ApiToken]:
    """One's own tokens, and for an administrator those of the accounts they manage."""
    if viewer.user_id is None:
        return ApiToken.objects.none()
    own = Q(user=viewer.user_id)
    managed = Q(user__in=users(viewer=viewer).values("pk"))
    return ApiToken.objects.select_related("user").filter(own | managed)


def token(token_id: int, *, viewer: Viewer) -> ApiToken:
    """One of them; raises TokenNotFound."""
    found = tokens(viewer=viewer).filter(pk=token_id).first()
    if found is None:
        raise TokenNotFound
    return found


def own_tokens(*, viewer: Viewer) -> QuerySet[ApiToken]:
    """The tokens that the viewer made."""
    return tokens(viewer=viewer).filter(user=viewer.user_id)


USER_ORDERS = ("username", "display_name", "role", "org_unit__path", "last_login")


def listed_users(
    *, viewer: Viewer, text: str = "", role: str = "", unit: OrgUnit | None = None, state: str = "", sort: str = ""
) -> QuerySet[User]:
    """The managed accounts that fit, in an order of USER_ORDERS (``-`` in front: descending)."""
    found = with_second_factor(users(viewer=viewer))
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    if role:
        found = found.filter(role=role)
    if unit is not None:
        found = found.filter(org_unit__path__startswith=unit.path)
    if state:
        found = found.filter(is_active=state == "active")
    order = sort if sort.removeprefix("-") in USER_ORDERS else "username"
    return found.order_by(order, "pk")


def active_staff(user_ids: Collection[int]) -> list[tuple[int, str]]:
    """Which of these accounts are active staff, each with its language: whom the system may write to."""
    staff = User.objects.filter(pk__in=user_ids, is_active=True).exclude(role=Role.CUSTOMER)
    return list(staff.order_by("pk").values_list("pk", "language"))


def unit_ids_below(unit_id: int) -> list[int]:
    """The unit and every unit below it. No secret of anybody's: whose rows are seen is the scope's business."""
    unit = OrgUnit.objects.filter(pk=unit_id).first()
    return [] if unit is None else list(OrgUnit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))


def managers_over(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """For each unit the active managers of the nearest unit above it (or itself) that has any, by account.

    For jobs that tell somebody responsible; a page asks ``colleagues``.
    """
    paths = dict(OrgUnit.objects.filter(pk__in=unit_ids).values_list("pk", "path"))
    managers: dict[str, list[int]] = defaultdict(list)
    chosen = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk")
    for user_id, path in chosen.values_list("pk", "org_unit__path"):
        managers[path].append(user_id)
    nearest_first = sorted(managers, key=len, reverse=True)
    return {
        unit_id: next((managers[above] for above in nearest_first if path.startswith(above)), [])
        for unit_id, path in paths.items()
    }


def units_upwards(unit_id: int) -> list[list[int]]:
    """The unit with all below it, then the unit above with all below that, and so on to the root."""
    own = OrgUnit.objects.filter(pk=unit_id).first()
    if own is None:
        return []
    every = list(OrgUnit.objects.values_list("pk", "path"))
    above = sorted((path for _, path in every if own.path.startswith(path)), key=len, reverse=True)
    return [[pk for pk, path in every if path.startswith(stem)] for stem in above]


def unit_for_the_web(code: str = "") -> int:
    """The unit of customers who come by themselves: the one of this code, else the head office. Not a read for anybody."""
    rows = OrgUnit.objects.all()
    found = rows.filter(code=code).first() if code else None
    return (found or rows.filter(parent=None).order_by("pk").first() or rows.earliest("pk")).pk
