"""Customers' signatures: document, value, certificate, status and time stamp, each as it was at the moment of signing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID

from keyuan.evidence.offline.evidence import Evidence
from keyuan.evidence.offline.parts import AUTHORITY, SIGNED, part_of, signature_ids
from keyuan.evidence.offline.report import Part, Said
from keyuan.evidence.offline.sealed import first_under, when
from keyuan.trust.canonical import NotCanonical, canonical
from keyuan.trust.pki.checking import (
    Broken,
    check_chain,
    check_stamp,
    check_status,
    evidence_digest,
    readable,
    signature_fits,
)

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it lies in the file."""

    document: bytes
    value: bytes
    certificate: bytes
    status: bytes
    stamp: bytes

    @property
    def digest(self) -> str:
        return evidence_digest(self.document, self.value, self.certificate, self.status, self.stamp)


def read_signature(evidence: Evidence, number: int) -> Signed | None:
    """The signature of a number; None if a part of it is missing."""
    parts = [evidence.members.get(f"signatures/{number}/{name}") for name in SIGNED]
    found = [one for one in parts if one is not None]
    return Signed(*found) if len(found) == len(SIGNED) else None


def check(evidence: Evidence) -> None:
    """Each signature, and that the log tells of each and of no other."""
    issuers, used = _issuers(evidence), set()
    told = {str(line["payload"].get("signature")): line for line in evidence.named("signature.made")}
    for number in signature_ids(evidence.members):
        part = evidence.report.part(*part_of(f"signatures/{number}/document.json"))
        signed = read_signature(evidence, number)
        if signed is None:
            part.fail("a part of it is missing", "缺少其中一部分")
            continue
        line = told.pop(str(number), None)
        if line is None:
            part.fail("no line of the log tells of it", "日志中没有这次签名")
        elif line["payload"].get("evidence") != signed.digest:
            part.fail("it is not what the log tells of", "与日志所记的签名不符")
        try:
            name = _issuer_of(signed, issuers)
            used.add(name)
            _check(evidence, part, signed, issuers[name])
        except Broken as broken:
            part.fail(str(broken), broken.zh)
    for left in told:
        part = evidence.report.part(f"signature:{left}", f"Customer's signature {left}", f"客户签名 {left}")
        part.fail("the log tells of it, but it is missing", "日志记有这次签名，但文件中没有")
    for name in sorted(set(issuers) - used):
        evidence.report.part(*part_of("authorities/")).fail(f"{name} issued nothing here", f"{name} 与本文件无关")


def _issuers(evidence: Evidence) -> dict[str, x509.Certificate]:
    found = {}
    part = evidence.report.part(*part_of("authorities/"))
    for name, raw in evidence.members.items():
        match = AUTHORITY.fullmatch(name)
        if match is None:
            continue
        try:
            one = x509.load_der_x509_certificate(raw)
        except ValueError:
            part.fail(f"{name} cannot be read", f"{name} 无法读取")
            continue
        if f"{one.serial_number:x}" != match[1]:
            part.fail(f"{name} is another's", f"{name} 不是这张证书")
        found[name] = one
    part.told, part.absent = Said(f"{len(found)}", f"{len(found)} 张"), not found
    return found


@readable("the certificate", "证书")
def _issuer_of(signed: Signed, issuers: dict[str, x509.Certificate]) -> str:
    """The name of the certificate above that of the customer."""
    leaf = x509.load_der_x509_certificate(signed.certificate)
    name = next((name for name, one in issuers.items() if one.subject == leaf.issuer and _made(one, leaf)), None)
    if name is None:
        raise Broken("the certificate above that of the customer is missing", "缺少客户证书的签发证书")
    return name


@readable("the certificate", "证书")
def _check(evidence: Evidence, part: Part, signed: Signed, issuer: x509.Certificate) -> None:
    leaf = x509.load_der_x509_certificate(signed.certificate)
    if not signature_fits(signed.document, signed.value, leaf):
        raise Broken("the signature does not fit the document", "签名与文件内容不符")
    _subject(evidence, signed.document)

    def under(root: x509.Certificate) -> datetime:
        at = check_stamp(signed.stamp, digest=hashlib.sha256(signed.value).digest(), root=root).at
        check_chain((leaf, issuer, root), at=at)
        check_status(signed.status, certificate=leaf, issuer=issuer, root=root, at=at)
        return at

    at = when(first_under(evidence.roots, under))
    who = str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    part.told = Said(f"{who}, {at}, the certificate held then", f"{who}，{at}，当时证书有效")


def _made(issuer: x509.Certificate, leaf: x509.Certificate) -> bool:
    """Whether the issuer is meant: a new key of the same name is another authority."""
    try:
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        named = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return True
    return own == named


def _subject(evidence: Evidence, raw: bytes) -> None:
    """What was signed is canonical JSON and names the order that the file is about."""
    try:
        document = json.loads(raw)
        if canonical(document) != raw:
            raise Broken("the document is not in canonical form", "文件不是规范化 JSON")
    except (ValueError, NotCanonical, RecursionError) as error:
        raise Broken("the document cannot be read", "签名的文件无法读取") from error
    if document.get("subject") != {"kind": "order", "id": str(evidence.about.get("order"))}:
        raise Broken("the document is about something else", "签名的文件说的是另一件事")
