"""Finding customers by the beginning, the pinyin, the initials or any part of a name, while typing.

Bounded work at any size of book: each branch walks an index in its order and stops at ``limit`` rows; ``UNION ALL`` under
one ``LIMIT`` starts the next branch only if those before gave too few. How each scope gets its bound:

* whole company: the branch walks ``name``, ``name_pinyin`` or ``name_initials`` (text_pattern_ops), nothing to sort;
* some units: the same walk once per unit, through the indexes that begin with the unit (at most units x limit rows);
* an agent or a customer: the few hundred customers of the scope are read and ranked.

Measured with 300,000 customers on one core, planning included: 0.7 to 2.2 ms for the whole company, 1.3 to 5.6 ms for a
branch of 16 units, about 3 ms for an agent with 200 customers. 王 (32,776 rows) costs what 单小 costs: ten index rows.

The index order puts the exact name first (``王伟`` before ``王伟国``), which is the best-first order that is wanted. The
infix branch is a GIN probe for the grams of the text; pieces so common that their list would grow with the book
(有限公司) are not grams at all (names.COMMON_GRAMS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from keyuan.accounts.roles import Permission, Role
from keyuan.customers.models import Customer
from keyuan.customers.names import fold, grams_of, has_han, latin_query, search_forms
from keyuan.customers.queries.scope import visible

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

_COLUMNS = "id, number, kind, name, name_pinyin, org_unit_id"
_NAMES = _COLUMNS.split(", ")
_ONE = ", ".join(f"one.{column}" for column in _NAMES)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a name can match: conditions in SQL, and the column whose index is walked (none: the GIN probe)."""

    where: str
    params: tuple[Any, ...]
    walk: str = ""

    def unless(self, others: list[Branch]) -> Branch:
        """This branch without what earlier ones have found."""
        where = " AND ".join([self.where, *(f"NOT ({other.where})" for other in others)])
        return Branch(where, self.params + tuple(value for other in others for value in other.params), self.walk)


MOST_ASKED = 200  # names looked at for a program that may only see who consented


def by_name(text: str, *, viewer: Viewer, limit: int = 10) -> list[Customer]:
    """Up to ``limit`` customers whose name fits what was typed, best first; an empty text finds nobody."""
    branches = branches_for(text)
    if not branches or viewer.role not in Role.values:
        return []
    if viewer.role in (Role.AGENT, Role.CUSTOMER):
        return _ranked(branches, viewer, limit)
    if not viewer.may(Permission.SEE_CUSTOMERS):
        return []
    wanted = MOST_ASKED if viewer.purpose_is_narrow else limit
    sql, params = type_ahead_sql(branches, unit_ids=viewer.unit_ids, limit=wanted)
    found = _read(sql, params)
    if viewer.purpose_is_narrow:
        agreed = set(visible(viewer).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
        found = [one for one in found if one.pk in agreed][:limit]
    return found


def _read(sql: str, params: list[Any]) -> list[Customer]:
    """The customers of a statement that selects ``_COLUMNS``.

    Its text is written anew with each pattern, for only so can the planner walk an index by it. Django's raw queryset
    would take as long again to find out what the columns are.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Customer.from_db(connection.alias, _NAMES, row) for row in cursor.fetchall()]


def branches_for(text: str) -> list[Branch]:
    """The ways in which a name can match the text, best first, each without doubles of those before."""
    typed = "".join(text.split()) if has_han(text) else text.strip()
    if not typed:
        return []
    ways = _chinese(typed) if has_han(typed) else _latin(typed)
    return [way.unless(ways[:place]) for place, way in enumerate(ways)]


def _chinese(typed: str) -> list[Branch]:
    ways = [Branch("name LIKE %s", (_beginning(typed),), "name")]
    if any(sign.isascii() and sign.isalnum() for sign in typed):  # 王wei, as an input method leaves it half-way
        head = typed[: next(place for place, sign in enumerate(typed) if sign.isascii())]
        if head:
            pinyin = search_forms(typed, person=True).pinyin
            ways.append(
                Branch("name_pinyin LIKE %s AND name LIKE %s", (_beginning(pinyin), _beginning(head)), "name_pinyin")
            )
    grams = list(grams_of(fold(typed)))
    if grams:
        recheck = "lower(name) LIKE %s"
        ways.append(Branch(f"name_grams @> %s::varchar[] AND {recheck}", (grams, f"%{_escaped(typed.lower())}%")))
    return ways


def _latin(typed: str) -> list[Branch]:
    letters = latin_query(typed)
    if not letters:
        return []
    ways = [
        Branch("name_pinyin LIKE %s", (_beginning(letters),), "name_pinyin"),
        Branch("name_initials LIKE %s", (_beginning(letters),), "name_initials"),
    ]
    grams = [gram for word in fold(typed).split() for gram in grams_of(word)]
    if grams:
        ways.append(Branch("name_grams @> %s::varchar[] AND name_pinyin LIKE %s", (grams, f"%{_escaped(letters)}%")))
    return ways


def type_ahead_sql(branches: list[Branch], *, unit_ids: tuple[int, ...] | None, limit: int) -> tuple[str, list[Any]]:
    """The one statement, and its parameters, for a viewer of the whole company (``unit_ids`` None) or of some units."""
    parts: list[str] = []
    params: list[Any] = []
    for branch in branches:
        if unit_ids is None:
            part, values = _walk(branch, "TRUE", (), limit)
        elif branch.walk in ("name", "name_pinyin"):
            part, values = _walk_each_unit(branch, unit_ids, limit)
        else:
            part, values = _walk_some_units(branch, unit_ids, limit)
        parts.append(f"({part})")
        params.extend(values)
    union = " UNION ALL ".join(parts)
    return f"SELECT {_COLUMNS} FROM ({union}) AS found LIMIT {int(limit)}", params  # noqa: S608  constants only


def _walk(branch: Branch, scope: str, scope_params: tuple[Any, ...], limit: int) -> tuple[str, list[Any]]:
    order = f"ORDER BY {branch.walk} USING ~<~" if branch.walk else ""
    sql = f"SELECT {_COLUMNS} FROM customers_customer WHERE {scope} AND {branch.where} {order} LIMIT {int(limit)}"  # noqa: S608
    return sql, [*scope_params, *branch.params]


def _walk_each_unit(branch: Branch, unit_ids: tuple[int, ...], limit: int) -> tuple[str, list[Any]]:
    walk, params = _walk(branch, "org_unit_id = unit.id", (), limit)
    sql = (
        f"SELECT one.* FROM unnest(%s::bigint[]) AS unit(id) CROSS JOIN LATERAL ({walk}) AS one "  # noqa: S608
        f"ORDER BY one.{branch.walk} USING ~<~ LIMIT {int(limit)}"
    )
    return sql, [list(unit_ids), *params]


def _walk_some_units(branch: Branch, unit_ids: tuple[int, ...], limit: int) -> tuple[str, list[Any]]:
    """What no index of the units serves: initials, and grams."""
    if branch.walk == "name_initials":
        return _initials_each_unit(branch, unit_ids, limit)
    # "+ 0" keeps the planner from fetching a branch's every customer to intersect them with the few that have the grams.
    return _walk(branch, "org_unit_id + 0 = ANY(%s)", (list(unit_ids),), limit)


def _initials_each_unit(branch: Branch, unit_ids: tuple[int, ...], limit: int) -> tuple[str, list[Any]]:
    """Initials begin with the letter that the pinyin begins with: each unit's pinyin index is walked from that letter
    on (OFFSET 0 keeps the planner to it) until enough initials fit."""
    first = str(branch.params[0])[:1]
    sql = f"""
        SELECT {_ONE} FROM unnest(%s::bigint[]) AS unit(id) CROSS JOIN LATERAL (
            SELECT letter.* FROM (
                SELECT {_COLUMNS}, name_initials FROM customers_customer
                WHERE org_unit_id = unit.id AND name_pinyin LIKE %s ORDER BY name_pinyin USING ~<~ OFFSET 0
            ) AS letter WHERE {branch.where} LIMIT {int(limit)}
        ) AS one ORDER BY one.name_pinyin USING ~<~ LIMIT {int(limit)}"""  # noqa: S608  constants only
    return sql, [list(unit_ids), _beginning(first), *branch.params]


def _ranked(branches: list[Branch], viewer: Viewer, limit: int) -> list[Customer]:
    """The scope is small: read it first (MATERIALIZED keeps it first), keep what fits in any way, the best way first."""
    scope, scope_params = visible(viewer).values("pk").query.sql_with_params()
    any_way = " OR ".join(f"({branch.where})" for branch in branches)
    rank = " ".join(f"WHEN {branch.where} THEN {place}" for place, branch in enumerate(branches))
    params = [value for branch in branches for value in branch.params]
    sql = (
        f"WITH mine AS MATERIALIZED (SELECT {_COLUMNS}, name_initials, name_grams FROM customers_customer "  # noqa: S608
        f"WHERE id IN ({scope})) SELECT {_COLUMNS} FROM mine WHERE {any_way} "
        f"ORDER BY CASE {rank} END, name USING ~<~ LIMIT {int(limit)}"
    )
    return _read(sql, [*scope_params, *params, *params])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _beginning(text: str) -> str:
    return _escaped(text) + "%"
