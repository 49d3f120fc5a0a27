"""Checking an evidence file with the root certificate alone: no database, no network, no Django, no clock.

Two nets lie over each other. The list of members is sealed by the company, so that any changed byte is noticed and named.
And each member proves itself: so who makes a new list, even with the company's own key, is noticed as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keyuan.evidence.offline import container, log, pages, readme, sale, signatures
from keyuan.evidence.offline.evidence import Evidence
from keyuan.evidence.offline.manifest import MANIFEST, SEAL, altered_ranges, digest, read_manifest
from keyuan.evidence.offline.parts import part_of
from keyuan.evidence.offline.report import Range, Report, Said
from keyuan.evidence.offline.sealed import check_under, when
from keyuan.trust.pki.checking import Broken

if TYPE_CHECKING:
    from cryptography import x509


def verify(data: bytes, roots: Sequence[x509.Certificate]) -> Report:
    """Everything that the file claims, looked at; ``roots`` are trusted, and nothing else is."""
    report = Report()
    found = _unpacked(data, report)
    if found is None:
        return report
    _listed(found, report, roots)
    evidence = Evidence(found, roots, report)
    _title(evidence)
    sale.check(evidence)
    signatures.check(evidence)
    pages.check(evidence)
    log.check(evidence)
    return report


def _unpacked(data: bytes, report: Report) -> dict[str, bytes] | None:
    whole = report.part("container", "Container", "证据文件的外壳")
    try:
        members = container.unpack(data)
    except container.Unreadable as error:
        whole.fail("it cannot be read on from here", "从这里起无法读取")
        whole.ranges.append(Range("", error.offset, len(data)))
        return None
    at = container.altered(data, members)
    if at is not None:
        whole.fail("it is not written as it must be", "外壳的写法与规定不符")
        whole.ranges.append(Range("", at, at + 1))
    whole.told = Said(f"{len(members)} members, {len(data)} bytes", f"{len(members)} 个文件，{len(data)} 字节")
    for one in members:
        if not one.fits:
            report.part(*part_of(one.name)).fail("its check sum does not fit", "校验和不符")
    return {one.name: one.content for one in members}


def _listed(members: dict[str, bytes], report: Report, roots: Sequence[x509.Certificate]) -> None:
    part = report.part("manifest", "List and its seal", "清单与封印")
    raw = members.get(MANIFEST, b"")
    told = read_manifest(raw)
    if told is None:
        part.fail("the list cannot be read", "清单无法读取")
        return
    try:
        stamped = check_under(bytes.fromhex(digest(raw)), members.get(SEAL, b""), roots)
        part.told = Said(f"sealed {when(stamped.at)}", f"{when(stamped.at)} 封存")
    except Broken as broken:
        part.fail(str(broken), broken.zh)
    listed: dict[str, Any] = told["members"]
    for name in sorted(listed.keys() - members.keys()):
        report.part(*part_of(name)).fail(f"{name} is missing", f"缺少 {name}")
    for name in sorted(members.keys() - listed.keys() - {MANIFEST, SEAL}):
        report.part(*part_of(name)).fail(f"{name} is not on the list", f"{name} 不在清单上")
    for name, entry in listed.items():
        wrong = altered_ranges(members[name], entry) if name in members else None
        if wrong is not None:
            its = report.part(*part_of(name))
            its.fail(f"{name} is not as the list has it", f"{name} 与清单不符")
            its.ranges += [Range(name, first, end) for first, end in wrong]
    if members.get(readme.NAME) != readme.TEXT.encode():
        report.part("readme", "Instructions", "说明").fail("they are not ours", "不是原文")


def _title(evidence: Evidence) -> None:
    policy = str(evidence.about.get("policy", ""))
    evidence.report.title = Said(f"Evidence of policy {policy}", f"保单 {policy} 的证据")
