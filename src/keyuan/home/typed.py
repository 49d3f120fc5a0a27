"""What somebody has typed into an application already is not asked again at the door: it stands in the form, to be checked.

Only for the browser that began the order: it keeps the order's token. Nothing of it is put into the session.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from keyuan.customers.states import DocumentKind
from keyuan.orders import queries
from keyuan.orders.access import Holder
from keyuan.orders.begun import tokens_in
from keyuan.orders.refusals import OrderNotFound

if TYPE_CHECKING:
    from django.http import HttpRequest

    from keyuan.orders.details import Person

ORDER: Final = re.compile(r"/home/orders/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


def typed_in(request: HttpRequest, target: str) -> dict[str, str]:
    """Name, document number and mobile of the applicant of the order that ``target`` leads to; nothing otherwise."""
    who = _applicant(request, target)
    if who is None:
        return {}
    request.for_one = True  # type: ignore[attr-defined]
    told = {"name": who.name, "mobile": who.mobile}
    if who.document_kind == DocumentKind.RESIDENT_ID:
        told["id_number"] = who.document_number
    return {name: value for name, value in told.items() if value}


def _applicant(request: HttpRequest, target: str) -> Person | None:
    found = ORDER.match(target)
    token = None if found is None else tokens_in(request.COOKIES).get(found["id"])
    if found is None or not token:
        return None
    try:
        return queries.order(UUID(found["id"]), by=Holder(tokens=(token,))).details.applicant
    except OrderNotFound:
        return None
