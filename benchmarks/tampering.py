"""Every bit of an evidence file flipped, one after the other, and what is noticed: the long form of the tamper test.

    python -m benchmarks tampering FILE --root ROOT.pem [--every 1] [--documents 997] [--whole log/12 signatures/]

Needs no database: an evidence file (``keyuan evidence POLICY --out FILE``) and the root certificate. Two nets are tried.
The outer one, the sealed list: each bit of the file. The inner one, what each member proves by itself, with a list that was
made anew and no seal asked for: each bit of lines, batches, seals, signatures, certificates, pages; of the policy document,
whose check takes long, every ``--documents``-th, another each run. With ``--every 997`` the rest is sampled too, but for
members that begin as ``--whole`` says, of which every bit is flipped. Prints what nobody noticed: nothing, or it is a fault.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyuan.evidence.offline.evidence import Evidence


def flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def outer(data: bytes, every: int) -> tuple[int, list[int]]:
    """Bits tried and those that neither the container's form nor the list's digests notice."""
    from keyuan.evidence.offline import container
    from keyuan.evidence.offline.manifest import MANIFEST, altered_ranges, digest, read_manifest

    manifest = next(one for one in container.unpack(data) if one.name == MANIFEST).content
    told = read_manifest(manifest)
    assert told is not None
    free: list[int] = []
    tried = 0
    for bit in range(random.randrange(every), len(data) * 8, every):
        tried += 1
        raw = flipped(data, bit)
        try:
            members = container.unpack(raw)
        except container.Unreadable:
            continue
        if container.altered(raw, members) is not None or not all(one.fits for one in members):
            continue
        content = {one.name: one.content for one in members}
        if digest(content.get(MANIFEST, b"")) != digest(manifest):
            continue
        if all(altered_ranges(content[name], entry) is None for name, entry in told["members"].items()):
            free.append(bit)
    return tried, free


def inner(evidence: Evidence, name: str, bits: range | list[int]) -> tuple[int, list[int]]:
    """Bits of a member tried and those that nothing in the file contradicts."""
    free = []
    for bit in bits:
        members = {**evidence.members, name: flipped(evidence.members[name], bit)}
        if _proven(members, evidence.roots, name):
            free.append(bit)
    return len(bits), free


def _proven(members: dict[str, bytes], roots: Any, name: str) -> bool:
    """What each member proves by itself; the document, which takes long, only where it is the one."""
    from keyuan.evidence.offline import log, pages, sale, signatures
    from keyuan.evidence.offline.evidence import Evidence
    from keyuan.evidence.offline.parts import PAGES, POLICY, part_of
    from keyuan.evidence.offline.report import Report

    found = Evidence(members, roots, Report())
    if name.startswith(POLICY):
        sale._policy(found)
        return found.report.holds
    if name.startswith(PAGES):
        pages.check(found)
        return found.report.holds
    if name.startswith(("order/", "product/")):
        sale._signed_content(found)
        return found.report.holds
    if name.startswith(("signatures/", "authorities/")):
        signatures.check(found)
    else:
        log.check(found)
    return found.report.holds or not part_of(name)


def main(arguments: list[str]) -> None:
    from cryptography import x509

    from keyuan.evidence.offline import container, readme
    from keyuan.evidence.offline.evidence import Evidence
    from keyuan.evidence.offline.manifest import MANIFEST, SEAL
    from keyuan.evidence.offline.report import Report
    from keyuan.evidence.offline.verify import verify

    parser = argparse.ArgumentParser(prog="python -m benchmarks tampering", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--documents", type=int, default=997)
    parser.add_argument("--whole", nargs="*", default=[])
    asked = parser.parse_args(arguments)
    data, roots = asked.file.read_bytes(), x509.load_pem_x509_certificates(asked.root.read_bytes())
    assert verify(data, roots).holds, "the file does not hold as it is"
    begin = time.perf_counter()
    tried, free = outer(data, asked.every)
    print(
        f"{'the sealed list':32}{tried:10,} bits{len(free):6} unnoticed{time.perf_counter() - begin:9.0f} s", flush=True
    )
    wrong = len(free)
    evidence = Evidence({one.name: one.content for one in container.unpack(data)}, roots, Report())
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in evidence.members:
        if name not in (MANIFEST, SEAL, readme.NAME):
            kinds[name.partition("/")[0]].append(name)
    for kind, names in kinds.items():
        begin, tried, free = time.perf_counter(), 0, []
        for name in names:
            step = asked.documents if kind == "policy" else asked.every
            step = 1 if name.startswith(tuple(asked.whole)) else step
            size = len(evidence.members[name]) * 8
            count, left = inner(evidence, name, range(random.randrange(min(step, size)), size, step))
            tried, free = tried + count, free + left
        print(
            f"{kind:32}{tried:10,} bits{len(free):6} unnoticed{time.perf_counter() - begin:9.0f} s {free[:20] or ''}",
            flush=True,
        )
        wrong += len(free)
    sys.exit(1 if wrong else 0)
