"""Lines of the log, their batches and the chain of these."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

from keyuan.evidence.offline.batches import Head, read_head
from keyuan.evidence.offline.evidence import Evidence
from keyuan.evidence.offline.merkle import leaf_hash, root_from
from keyuan.evidence.offline.parts import BATCH_SEAL, HEAD, LINE, PROOFS, numbered, part_of
from keyuan.evidence.offline.report import Part, Said
from keyuan.evidence.offline.sealed import check_under, when
from keyuan.trust.canonical import NotCanonical, canonical
from keyuan.trust.pki.checking import Broken

FORM = "keyuan.proofs.v1"


def check(evidence: Evidence) -> None:
    """Each line is in its batch, each batch is sealed, and the batches hang together."""
    heads = _heads(evidence)
    proofs = _proofs(evidence)
    for number, raw in numbered(evidence.members, LINE):
        _line(evidence, number, raw, proofs.pop(str(number), None), heads)
    if proofs:
        evidence.report.part(*part_of(PROOFS)).fail("there are proofs for lines that are not here", "有多余的证明")
    _chain(evidence, heads)


def _line(evidence: Evidence, number: int, raw: bytes, proof: Any, heads: dict[int, Head]) -> None:
    part = evidence.report.part(*part_of(f"log/{number}.json"))
    line = evidence.lines.get(number)
    if line is None or line["id"] != str(number):
        part.fail("it is no line of the log, or another", "不是日志行，或不是这一行")
        return
    part.told = Said(f"{line['name']} {line['at'][:19]}Z", f"{line['name']} {line['at'][:19]}Z")
    try:
        batch, index = int(proof["batch"]), int(proof["index"])
        path = [_hash(one) for one in proof["path"]]
    except (KeyError, TypeError, ValueError):
        part.fail("its proof of inclusion is missing", "缺少包含证明")
        return
    head = heads.get(batch)
    if head is None:
        part.fail(f"batch {batch}, in which it is to be, is missing", f"缺少它所在的第 {batch} 批")
        return
    if root_from(leaf_hash(raw), index, head.lines, path) != head.root:
        part.fail(f"it is not in batch {batch} as it stands here", f"第 {batch} 批里没有这样的一行")
        return
    part.told = Said(f"{part.told.en}, in batch {batch}", f"{part.told.zh}，在第 {batch} 批")


def _hash(told: str) -> bytes:
    """A hash as it is written, which is in one way only: another spelling of the same would be a change nobody sees."""
    found = bytes.fromhex(told)
    if found.hex() != told:
        raise ValueError(told)
    return found


def _proofs(evidence: Evidence) -> dict[str, Any]:
    part = evidence.report.part(*part_of(PROOFS))
    raw, told = evidence.members.get(PROOFS, b""), evidence.json(PROOFS)
    try:
        strict = told is not None and canonical(told) == raw and told.get("form") == FORM
        lines = told["lines"] if strict and told is not None else None
    except (NotCanonical, KeyError):
        lines = None
    if not isinstance(lines, dict):
        part.fail("they cannot be read", "无法读取")
        return {}
    part.told = Said(f"{len(lines)} lines", f"{len(lines)} 行")
    return dict(lines)


def _heads(evidence: Evidence) -> dict[int, Head]:
    found: dict[int, Head] = {}
    for number, raw in numbered(evidence.members, HEAD):
        head = read_head(raw)
        if head is None or head.number != number:
            _batch(evidence, number).fail("its head cannot be read, or is another's", "批次头无法读取，或不是这一批的")
        else:
            found[number] = head
    sealed = set()
    for number, seal in numbered(evidence.members, BATCH_SEAL):
        sealed.add(number)
        part, head = _batch(evidence, number), found.get(number)
        if head is None:
            part.fail("there is a seal without a head", "只有封印，没有批次头")
            continue
        try:
            stamped = check_under(head.digest, seal, evidence.roots)
        except Broken as broken:
            part.fail(str(broken), broken.zh)
            continue
        at = when(stamped.at)
        part.told = Said(f"{head.lines} lines, sealed {at}", f"{head.lines} 行，{at} 封存")
    return found


def _chain(evidence: Evidence, heads: dict[int, Head]) -> None:
    numbers = sorted(heads)
    gaps = 0
    for before, number in pairwise(numbers):
        if number != before + 1:
            gaps += 1
            continue
        head, part = heads[number], _batch(evidence, number)
        seal = evidence.members.get(f"batches/{before}.p7s")
        if head.before_head != heads[before].digest:
            part.fail(f"it does not follow batch {before}", f"与第 {before} 批接不上")
        elif seal is not None and head.before_seal != hashlib.sha256(seal).digest():
            part.fail(f"it names another seal of batch {before}", f"所记的第 {before} 批封印是另一个")
        elif head.first <= heads[before].last:
            part.fail(f"its lines are not after those of batch {before}", f"它的行不在第 {before} 批之后")
        elif not part.told.en:
            part.told = Said("links the batches beside it", "连接前后两批")
    for number in numbers:
        if not _batch(evidence, number).told.en and f"batches/{number}.p7s" not in evidence.members:
            _linked(evidence, number, heads)
    whole = evidence.report.part("chain", "Chain of batches", "批次链")
    linked = len(numbers) - 1 - gaps
    whole.told = Said(
        f"{len(numbers)} batches, {max(linked, 0)} links" + (f", {gaps} stretches not in this file" if gaps else ""),
        f"{len(numbers)} 批，{max(linked, 0)} 处相连" + (f"，{gaps} 段不在本文件中" if gaps else ""),
    )


def _linked(evidence: Evidence, number: int, heads: dict[int, Head]) -> None:
    """A head without a seal is held by the head that follows it."""
    follows = heads.get(number + 1)
    part = _batch(evidence, number)
    if follows is None or follows.before_head != heads[number].digest:
        part.fail("it has no seal", "没有封印")
    else:
        part.told = Said("links the batches beside it", "连接前后两批")


def _batch(evidence: Evidence, number: int) -> Part:
    return evidence.report.part(*part_of(f"batches/{number}.json"))
