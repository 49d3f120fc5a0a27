"""How the parts belong together: the policy document, what was applied for, the product, and the steps in the log."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from keyuan.evidence.offline.evidence import Evidence
from keyuan.evidence.offline.manifest import digest
from keyuan.evidence.offline.parts import ORDER, POLICY, PRODUCT, part_of, signature_ids
from keyuan.evidence.offline.report import Range, Said
from keyuan.evidence.offline.sealed import when
from keyuan.trust.pki.pdf import Checked, check_pdf

#: What the log must tell of a sale made online, in this order.
STEPS: Final = ("order.submitted", "order.signed", "order.paid", "order.issued")
MADE: Final = "policy.document_made"


def check(evidence: Evidence) -> None:
    """The documents against the log and the signatures, and whether the log tells a whole sale."""
    _policy(evidence)
    _steps(evidence)
    _signed_content(evidence)


def _policy(evidence: Evidence) -> None:
    part = evidence.report.part(*part_of(POLICY))
    documents = {name: raw for name, raw in evidence.members.items() if name.startswith(POLICY)}
    made = {(line["payload"].get("sha256"), line["payload"].get("size")): line for line in evidence.named(MADE)}
    for name, pdf in documents.items():
        if made.pop((digest(pdf), len(pdf)), None) is None:
            part.fail("the log does not tell of this document", "日志中没有这份文件")
        found = _checked(evidence, pdf)
        if found.why:
            part.fail(found.why, found.zh)
            known = {(one.first, one.end) for one in part.ranges}
            part.ranges += [Range(name, *one) for one in found.damaged if not known]
        elif found.signed_at is not None:
            at = when(found.signed_at)
            covered = f"{found.ranges[0][0]}–{found.ranges[0][1] - 1}, {found.ranges[1][0]}–{found.ranges[1][1] - 1}"
            part.told = Said(
                f"signed by {found.subject}, {at}; bytes {covered} of {len(pdf)}",
                f"{found.subject} {at} 签章；签名覆盖字节 {covered}，共 {len(pdf)} 字节",
            )
    if not documents:
        part.absent = True
        part.told = Said("not in this file", "不在本文件中")
        if made:
            part.fail("the log tells of a document that is missing", "日志记有保单文件，但文件中没有")


def _checked(evidence: Evidence, pdf: bytes) -> Checked:
    found = Checked(why="there is no root certificate to trust", zh="没有可信任的根证书")
    for root in evidence.roots:
        found = check_pdf(pdf, root=root)
        if found.holds:
            return found
    return found


def _steps(evidence: Evidence) -> None:
    part = evidence.report.part("story", "The sale in the log", "日志中的销售过程")
    number, policy = evidence.about.get("order"), evidence.about.get("policy")
    if not number:
        part.absent = True
        part.told = Said("the policy was not sold online", "保单不是网上投保的")
        return
    lines = evidence.named(*STEPS)
    for name in STEPS:
        if not any(line["name"] == name and line["subject_id"] == number for line in lines):
            part.fail(f"{name} is missing", f"缺少 {name}")
    if [line["name"] for line in lines if line["name"] in STEPS[1:]] != list(STEPS[1:]):
        part.fail("the steps are not each there once, in order", "各步骤不是各有一次、依次发生")
    for line in evidence.named("order.issued"):
        if line["payload"].get("policy") != policy or line["subject_id"] != number:
            part.fail("the order led to another policy", "投保单对应的是另一张保单")
    signed = {str(line["payload"].get("signature")) for line in evidence.named("order.signed")}
    if not signed <= {str(one) for one in signature_ids(evidence.members)}:
        part.fail("the signature of the order is missing", "缺少投保单的签名")
    part.told = Said(f"order {number} → policy {policy}", f"投保单 {number} → 保单 {policy}")


def _signed_content(evidence: Evidence) -> None:
    """What was applied for and the product's version are those whose digests the customer signed."""
    documents = [
        found for one in signature_ids(evidence.members) if (found := evidence.json(f"signatures/{one}/document.json"))
    ]
    for name, key in ((ORDER, ("details",)), (PRODUCT, ("product", "clauses"))):
        part = evidence.report.part(*part_of(name))
        raw = evidence.members.get(name)
        if raw is None:
            part.absent = True
            part.told = Said("not in this file", "不在本文件中")
            if documents:
                part.fail("it is missing", "缺少")
            continue
        own = hashlib.sha256(raw).hexdigest()
        if not documents or any(_at(document, key) != own for document in documents):
            part.fail("it is not what the customer signed", "与客户签名的内容不符")
        else:
            part.told = Said("as the customer signed it", "与客户签名的一致")
        if not _is_json(raw):
            part.fail("it cannot be read", "无法读取")


def _at(document: dict[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = document
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
