"""What the stranger tests know: every route, every operation of the API, every query; and a world that is not theirs.

A new route or query is found by itself. If these tables do not know how to call it, the test fails and says where to
add a line.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import FunctionType, ModuleType
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from ninja import NinjaAPI

from keyuan.customer360.columns import COLUMNS
from keyuan.customer360.conditions import EVERYBODY
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.retention.queries import RenewalFilter

HERE = "tests/architecture/strangers.py"
SECRET = "欧阳隐秘"
SECRET_MOBILE = "13987650123"
SECRET_POLICY = "SECRET-POLICY-1"
SECRET_CLAIM = "SECRET-CLAIM-1"
SECRET_SERIAL = "5ec7e7ce2711f1ca7e"
DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)

# Routes that take an object's id under a name that does not say whose: route → which object of the world.
OBJECT_OF_ROUTE = {
    "accounts:user": "user",
    "accounts:user_password": "user",
    "accounts:user_active": "user",
    "accounts:user_second_factor": "user",
    "accounts:unit": "unit",
    "accounts:unit_move": "unit",
    "accounts:token_revoke": "token",
    "accounts:token": "token",
    "customfields:field": "field",
    "customfields:retire": "field",
    "customfields:restore": "field",
    "intake:map": "upload",
    "intake:preview": "upload",
    "mfa_remove_webauthn": "passkey",
    "mfa_edit_webauthn": "passkey",
    "intake:run": "run",
    "intake:progress": "run",
    "intake:stop": "run",
    "intake:continue": "run",
    "intake:rejects": "run",
}
# Rooms whose routes say ``pk`` or ``key`` and always mean the same.
OBJECT_OF_ROOM = {"customers": "customer", "customer360": "customer", "intake": "run"}
# Parameters that are no ids, by name; or by (route, name) where the name alone does not tell.
VALUES: dict[str | tuple[str, str], Any] = {
    "provider_id": "company",
    "uidb36": "1",
    ("account_reset_password_from_key", "key"): "x",
    ("account_confirm_email", "key"): "x",
    ("customer360:piece", "piece"): "holdings",
    ("duplicates:merge_of", "number"): "K0000000000",
    ("customers:edit", "part"): "basic",
    ("customers:unrelate", "kind"): "spouse",
    ("customers:withdraw", "purpose"): "marketing",
    ("servicedesk:complaint_step", "step"): "decide",
    ("policies:step", "step"): "request-cancellation",
    ("claims:step", "step"): "decide",
    ("sales:move", "move"): "contact",
    "slug": "secret-card",
    ("engagement:qr_code", "code"): "plain",
    ("engagement:sheet", "code"): "plain",
    ("engagement:fill", "code"): "secretcode",
    "image": "svg",
    ("sales:public", "token"): "secrettoken",
    ("sales:public_price", "token"): "secrettoken",
    ("sales:proposal_pdf", "language"): "zh",
    ("sales:proposal_step", "step"): "share",
    "position": 0,
    "page_slug": "x",
    "check": "x",  # beside a number that is none of ours
    "secret": "x",
    ("deadlines:remove_notice", "number"): 2026,
    ("products:step", "step"): "submit",
    ("buying:step", "step"): "people",
    "code": "TRM",
    "number": 1,
    ("trust:authority", "name"): "root-1",
    ("trust:revoked", "name"): "root-1",
    "asked": "x",
    "serial": SECRET_SERIAL,
    "n": 1,
    "digest": "0" * 64,
    "rule_set": "life",
    ("underwriting:step", "step"): "submit",
    "ladder": "individual",
    ("tiers:step", "step"): "submit",
    "gateway": "alipay",
    ("billing:sandbox", "rest"): "gateway.do",
    ("billing:payment", "number"): "P1",
    "batch_number": 1,
    ("evidence:batch_part", "part"): "head.json",
    "account_code": "1012",
    "which": "payments",
    "field": "mobile",
    "kind": "mobile",
    "path_to_schema": "x",
    "due_on": DAY + timedelta(days=335),
}
# Parameters of queries that are neither ids nor days.
QUERY_VALUES: dict[str, Any] = {
    "text": SECRET,
    "q": SECRET,
    "sort": "name",
    "limit": 10,
    "role": "",
    "kind": "mobile",
    "codes": ["mobile"],
    "documents": ["320586199001011231"],
    "names": [],
    "digests": [],
    "draft": CustomerDraft(name=SECRET, org_unit_id=0, details=PersonDraft(mobile=SECRET_MOBILE)),
    "name": SECRET,
    "state": "",
    "accounts": None,
    "language": "zh",
    "found": [],  # rows that the caller has already read in scope
    "key": SECRET,
    "since_id": 0,
    "listing": "quotes",
    "position": 0,
    "year": 2026,
    "record": "person",
    "values": {"secret": SECRET},
    "keys": [(1, DAY + timedelta(days=335))],
    "again": True,
    "most": 10,
    "asked": RenewalFilter(DAY, DAY + timedelta(days=366)),
    "value": SECRET_MOBILE,
    "model": "lapse_own",
    "condition": EVERYBODY,
    "shown": (COLUMNS["name"],),
    "patterns": ["*"],
    "ids": [],
    "code": "TRM",
    "number": 1,
    "serial": SECRET_SERIAL,
    "order_ref": SECRET,
    "sale": SECRET,
    "lines": ["motor"],
    "ladders": {},
    "benefit": "",
    "numbers": ["SECRET-POLICY-1"],
    "by": "profit",
    "first": 0.0,
    "last": 0.2,
    "version": object(),  # of rules: who may not see them is not told what it would change
}


@dataclass(frozen=True)
class Route:
    """One address pattern with the parameters it takes."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    callback: Callable[..., Any]

    def address(self, world: World) -> str:
        """The address with everything in it that belongs to somebody else."""
        if not self.name:
            if self.parameters or any(sign in self.pattern for sign in "^(<"):
                return UNNAMED[self.pattern]
            return f"/{self.pattern}"
        return reverse(self.name, kwargs={name: self.argument(name, world) for name in self.parameters})

    def argument(self, name: str, world: World) -> Any:
        if (self.name, name) in VALUES:
            return VALUES[self.name, name]
        if name in VALUES:
            return VALUES[name]
        owned = OBJECT_OF_ROUTE.get(self.name) if name in ("pk", "key") else name
        found = world.find(owned or OBJECT_OF_ROOM.get(self.name.split(":")[0], name))
        if found is None:
            raise LookupError(f"{self.name}: what is {name!r}? Add it to OBJECT_OF_ROUTE or VALUES in {HERE}")
        return found


UNNAMED = {
    "accounts/^(?:signup|email|confirm-email|password/set|login/code|3rdparty/signup|social)/": "/accounts/signup/",
    "accounts/^password/reset/.+": "/accounts/password/reset/key/a-b/",
}


class World:
    """Things of every room that belong to nobody who asks: by the name of what they are, their id."""

    def __init__(self, ids: dict[str, int]) -> None:
        self.ids = ids

    def find(self, name: str) -> int | None:
        """``customer``, ``customer_id``, ``customer_pk``, ``customer_key`` and ``pk`` of a customer are the same."""
        for ending in ("_id", "_pk", "_key", "_number"):
            name = name.removesuffix(ending)
        return self.ids.get(name)


def routes() -> list[Route]:
    """Every route of the site but the operations of the API, which have their own walk."""
    return [route for route in _walk(get_resolver().url_patterns, "", "", ()) if not _is_operation(route.callback)]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str, outer: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        whole = f"{prefix}{entry.pattern}"
        parameters = outer + tuple(_parameters(entry))
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, whole, inner, parameters)
        else:
            name = f"{space}{entry.name}" if entry.name else ""
            yield Route(name, whole, parameters, entry.callback)


def _parameters(entry: URLPattern | URLResolver) -> Iterator[str]:
    groups = entry.pattern.regex.groupindex if hasattr(entry.pattern, "regex") else {}
    yield from dict.fromkeys([*entry.pattern.converters, *groups])


def _is_operation(callback: Callable[..., Any]) -> bool:
    return str(getattr(callback, "__module__", getattr(callback, "func", callback).__module__)).startswith(
        "ninja.operation"
    )


@dataclass(frozen=True)
class Operation:
    """One operation of an API: method, address as documented, and what the document says of it."""

    method: str
    path: str
    document: dict[str, Any]

    def address(self, world: World) -> str:
        address = self.path
        query = []
        for parameter in self.document.get("parameters", ()):
            name, place = parameter["name"], parameter["in"]
            if place == "path":
                address = address.replace(f"{{{name}}}", str(self._value(name, world)))
            elif place == "query" and parameter.get("required"):
                query.append(f"{name}={QUERY_VALUES.get(name, SECRET_MOBILE)}")
        return f"{address}?{'&'.join(query)}" if query else address

    def _value(self, name: str, world: World) -> Any:
        found = VALUES.get(name, world.find(name))
        if found is None:
            raise LookupError(f"{self.method} {self.path}: what is {name!r}? Add it to VALUES or the world in {HERE}")
        return found


def operations() -> list[Operation]:
    """Every operation of every API that is mounted, from its own OpenAPI document."""
    found = []
    for api in _apis():
        for path, methods in api.get_openapi_schema()["paths"].items():
            found += [Operation(method.upper(), path, document) for method, document in methods.items()]
    return found


def _apis() -> list[NinjaAPI]:
    get_resolver().url_patterns  # noqa: B018  loads the modules that the addresses need
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("keyuan.")]
    apis = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, NinjaAPI)}
    return [api for api in apis.values() if api.urls_namespace in _namespaces(get_resolver().url_patterns)]


def _namespaces(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for entry in patterns:
        if isinstance(entry, URLResolver):
            found |= {str(entry.namespace)} | _namespaces(entry.url_patterns)
    return found


def _rooms() -> list[Any]:
    return [config for config in apps.get_app_configs() if config.name.startswith("keyuan.")]


def _submodules(package: str) -> list[ModuleType]:
    root = importlib.import_module(package)
    names = [package]
    if hasattr(root, "__path__"):
        names += [found.name for found in pkgutil.walk_packages(root.__path__, f"{package}.")]
    wanted = [name for name in names if ".tests" not in name and ".migrations" not in name]
    return [importlib.import_module(name) for name in wanted]


@dataclass(frozen=True)
class Query:
    """One read of a room that names its viewer."""

    room: str
    function: Callable[..., Any]

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__name__}"

    def arguments(self, world: World) -> dict[str, Any]:
        """Everything the query must be given but the viewer."""
        needed = [
            parameter
            for parameter in inspect.signature(self.function).parameters.values()
            if parameter.name != "viewer" and parameter.default is parameter.empty
        ]
        return {parameter.name: self._argument(parameter, world) for parameter in needed}

    def _argument(self, parameter: inspect.Parameter, world: World) -> Any:
        name = parameter.name
        kind = str(parameter.annotation)
        if name.endswith("_ids"):
            return [world.find(name.removesuffix("s"))]
        if "datetime" in kind:
            return NOON
        if "date" in kind or name in ("on", "day", "as_of", "since", "until"):
            return DAY
        if "UUID" in kind:  # the public id of a sale, whatever else goes by that name
            return world.find(name)
        if name == "pairs":  # of customers
            return [(world.find("customer"), world.find("customer"))]
        if name == "subject":  # a record that files lie on
            return ("customer", world.find("customer"))
        found = QUERY_VALUES.get(name, world.find(name))
        if found is None and "Filter" in kind:  # A filter without conditions asks for everything.
            wanted = kind.rsplit(".", 1)[-1].strip("'\"")
            found = getattr(sys.modules[self.function.__module__], wanted)()
        if found is None:
            raise LookupError(f"{self.name}: what is {name!r}? Add it to QUERY_VALUES or the world in {HERE}")
        return str(found) if kind in ("str", "<class 'str'>") else found


def queries() -> list[Query]:
    """Every public function with a parameter ``viewer`` in the queries of every room, and of the parts of rooms."""
    found: dict[str, Query] = {}
    for config in _rooms():
        for module in (one for one in _submodules(config.name) if is_of_queries(one.__name__)):
            for name, value in vars(module).items():
                own = inspect.isfunction(value) and is_of_queries(value.__module__, room=config.name)
                if own and not name.startswith("_") and "viewer" in inspect.signature(value).parameters:
                    query = Query(config.label, value)
                    found[query.name] = query
    return list(found.values())


def is_of_queries(module: str, *, room: str = "keyuan") -> bool:
    """``keyuan.orders.queries.listing``, and ``keyuan.evidence.pages.queries`` as well; not ``keyuan.web.views.queries``."""
    parts = module.split(".")
    return module.startswith(f"{room}.") and "queries" in parts and "views" not in parts


PAGE_NUMBERS = (
    "number",
    "page",
    "size",
    "columns",
)  # An empty page is still the first, of so many rows, with these heads.


def is_nothing(value: Any) -> bool:
    """None, no, zero, an empty text or collection, or a record of nothing but these."""
    if hasattr(value, "exists"):
        return not value.exists()
    if isinstance(value, Iterator):
        return not list(value)
    if isinstance(value, FunctionType):  # asked together with others: the answer is looked at afterwards
        return is_nothing(value())
    if hasattr(value, "__dataclass_fields__"):
        told = [name for name in value.__dataclass_fields__ if name not in PAGE_NUMBERS]
        return all(is_nothing(getattr(value, name)) for name in told)
    if isinstance(value, dict):
        return all(is_nothing(item) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return all(is_nothing(item) for item in value) if isinstance(value, tuple) else not value
    return not value
