"""The evidence file of one policy: everything about its sale, gathered from the rooms, in clear, and sealed by the company.

It holds personal data as it was said. So gathering is a line of the log with its purpose, written before anything is read.
What lies in the file and how it is checked: evidence/offline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import system_viewer
from keyuan.customers import queries as customers
from keyuan.eventlog import queries as log
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import Category, kinds
from keyuan.evidence import proving, sealing
from keyuan.evidence.offline import container, readme
from keyuan.evidence.offline.chain import Row
from keyuan.evidence.offline.manifest import MANIFEST, SEAL, manifest_bytes
from keyuan.evidence.offline.pages import FILES, ROWS, SHOWN, TRACED, rows_bytes
from keyuan.evidence.offline.parts import ORDER, POLICY, PRODUCT
from keyuan.evidence.pages import queries as traces
from keyuan.evidence.pages.refusals import TraceNotFound
from keyuan.files import queries as files
from keyuan.files import storage
from keyuan.journeys import events
from keyuan.journeys.refusals import EvidencePurposeMissing
from keyuan.kernel.clock import now
from keyuan.orders import queries as orders
from keyuan.orders.document import clauses_bytes
from keyuan.policies import queries as policies
from keyuan.products import queries as products
from keyuan.trust import authorities
from keyuan.trust import queries as signatures
from keyuan.trust.sealing import seal

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.orders.queries import Seen
    from keyuan.policies.models import Policy

NAME: Final = "evidence"
PURPOSE_LETTERS: Final = 200
OWN_PURPOSE: Final = "own copy"
#: A file is made anew each time. Staff give a reason each time.
OWN: Final = limits.Limit("evidence", 6, 3600)
BY_STAFF: Final = limits.Limit("evidence_by_staff", 60, 3600)
#: Lines about one sale and policy; the first so many, which are those of the sale.
MOST_LINES: Final = 2000


@dataclass(frozen=True, slots=True)
class Gathered:
    """An evidence file, with the name to give it."""

    name: str
    data: bytes


def gather(policy_id: int, *, purpose: str, by: Viewer) -> Gathered:
    """The evidence file of a policy in scope: for the holder, and for staff who may replay sales and see secrets.

    Not inside a transaction: what is not sealed yet is sealed first. Raises PolicyNotFound, NotPermitted,
    EvidencePurposeMissing, TooMany, LogNotSealedYet, NoAuthority, KeyUnavailable.
    """
    policy = policies.the_policy(policy_id, viewer=by)
    _note(policy, purpose=purpose, by=by)
    own = system_viewer(NAME)
    seen = _order_of(policy, own)
    ids = _lines(policy, seen, own)
    sealing.seal_up_to(_last(ids))
    proof = proving.prove(ids)
    members = {
        readme.NAME: readme.TEXT.encode(),
        **proof.members(),
        **dict(_document(ids, own)),
    }
    if seen is not None:
        members |= dict(_signatures(seen, own)) | dict(_content(seen)) | dict(_pages(seen, ids, own))
    about = {
        "policy": policy.number,
        "order": None if seen is None else seen.order.number,
        "product": policy.product.code,
        "made_at": now().isoformat(),
    }
    manifest = manifest_bytes(about, members)
    members |= {MANIFEST: manifest, SEAL: seal(hashlib.sha256(manifest).digest())}
    return Gathered(f"{policy.number}.evidence.zip", container.pack(members))


def _note(policy: Policy, *, purpose: str, by: Viewer) -> None:
    said = OWN_PURPOSE if by.role == Role.CUSTOMER else purpose.strip()[:PURPOSE_LETTERS]
    if by.role != Role.CUSTOMER:
        require(by, Permission.REPLAY_SALES, Permission.UNMASK)
        if not said:
            raise EvidencePurposeMissing(field="purpose")
    # Before the transaction, so that an attempt which fails still counts.
    if by.user_id is not None:
        limits.spend(OWN if by.role == Role.CUSTOMER else BY_STAFF, by=by)
    with transaction.atomic():
        record(
            events.GATHERED,
            by=by.actor,
            customer_id=policy.customer_id,
            org_unit_id=policy.org_unit_id,
            subject=("policy", policy.pk),
            payload={"policy": policy.number, "purpose": said},
        )


def _order_of(policy: Policy, viewer: Viewer) -> Seen | None:
    found = orders.visible(viewer).filter(policy_number=policy.number).values_list("number", flat=True).first()
    return None if found is None else orders.order_numbered(found)


def _lines(policy: Policy, seen: Seen | None, viewer: Viewer) -> list[int]:
    """The numbers of the lines about the policy and its sale; who looked at something is not part of the proof."""
    subjects: list[tuple[str, str | int]] = [("policy", policy.pk)]
    if seen is not None:
        subjects.append(("order", seen.order.number))
        if seen.order.application_id is not None:
            subjects.append(("application", seen.order.application_id))
        if seen.order.attempt_ref:
            subjects.append(("payment", seen.order.attempt_ref))
    looked = [kind.name for kind in kinds(Category.ACCESS)]
    _, merged = customers.told_of(policy.customer_id, viewer=viewer)
    return log.ids_about(subjects, customer_ids=[policy.customer_id, *merged], without=looked)[:MOST_LINES]


def _last(ids: Iterable[int]) -> tuple[int, int]:
    return max((line.xid, line.pk) for line in log.lines_by_id(ids))


def _document(ids: Iterable[int], viewer: Viewer) -> Iterator[tuple[str, bytes]]:
    """The documents that the log tells of, as they are kept now: whoever verifies compares."""
    made = [line for line in log.lines_by_id(ids) if line.name == "policy.document_made"]
    for place, line in enumerate(made, 1):
        row = files.visible(viewer).filter(pk=line.payload.get("file") or 0).first()
        if row is None:
            continue
        with storage.store().open(row.key) as file:
            yield f"{POLICY}{'policy' if place == 1 else f'policy-{place}'}.pdf", file.read()


def _signatures(seen: Seen, viewer: Viewer) -> Iterator[tuple[str, bytes]]:
    for one in signatures.signatures_of(("order", seen.order.number), viewer=viewer):
        own = f"signatures/{one.pk}/"
        yield f"{own}document.json", bytes(one.document)
        yield f"{own}value.der", bytes(one.value)
        yield f"{own}certificate.der", bytes(one.certificate.der)
        yield f"{own}status.der", bytes(one.status)
        yield f"{own}stamp.der", bytes(one.time_stamp.token)
        issuer = one.certificate.issuer
        if issuer is not None:
            yield f"authorities/{issuer.serial}.der", bytes(issuer.der)


def _content(seen: Seen) -> Iterator[tuple[str, bytes]]:
    """What the signed document holds by digest alone: what was said, and the product's version, in the bytes of then.

    The product's version is kept in its bytes when it is signed. What was said is written as it is kept and, where the
    program has learnt new fields since, also as it reads it now: what was signed is taken, else what is kept.
    """
    signed = _signed_digests(seen)
    kept = orjson.dumps(orjson.loads(seen.order.details), option=orjson.OPT_SORT_KEYS)
    yield ORDER, _meant([kept, _sorted(seen.details.model_dump(mode="json"))], signed)
    kept_clauses = (orders.signed_clauses(digest) for digest in sorted(signed))
    clauses = next((one for one in kept_clauses if one is not None), None)
    definition = products.version(seen.order.product, number=seen.order.version)
    yield PRODUCT, clauses_bytes(definition) if clauses is None else clauses


def _sorted(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _meant(written: list[bytes], signed: frozenset[str]) -> bytes:
    return next((one for one in written if hashlib.sha256(one).hexdigest() in signed), written[0])


def _signed_digests(seen: Seen) -> frozenset[str]:
    found = set()
    for one in signatures.signatures_of(("order", seen.order.number), viewer=system_viewer(NAME)):
        document = orjson.loads(bytes(one.document))
        found |= {str(document.get("details")), str((document.get("product") or {}).get("clauses"))}
    return frozenset(found)


def _pages(seen: Seen, ids: Iterable[int], viewer: Viewer) -> Iterator[tuple[str, bytes]]:
    """The pages as shown and each operation, up to the last row that the log tells of."""
    try:
        trace = traces.trace_of(seen.order.pk, viewer=viewer)
    except TraceNotFound:
        return
    told = [line.payload.get("rows", 0) for line in log.lines_by_id(ids) if line.name == TRACED]
    rows: list[Row] = list(trace.rows[: max(told, default=0)])
    if not rows:
        return
    yield ROWS, rows_bytes([traces.said_of(row) for row in rows])
    for row in rows:
        if row.page is not None:
            yield f"{SHOWN}{traces.said_of(row).get('page')}.html", row.page
    for digest, file in traces.files_of(rows).items():
        yield f"{FILES}{digest}", file.raw


def verified(data: bytes) -> Any:
    """The report on a file under our own root certificates."""
    from keyuan.evidence.offline.verify import verify  # noqa: PLC0415  pyHanko is heavy, and only this needs it

    return verify(data, authorities.roots())


def gather_numbered(number: str, *, purpose: str, by: Viewer) -> Gathered:
    """The same by the policy's number; raises PolicyNotFound."""
    found = policies.visible(by).filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise policies.PolicyNotFound
    return gather(found, purpose=purpose, by=by)
