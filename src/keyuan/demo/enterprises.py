"""What only companies have, for the first companies of the book: groups, contacts, contracts, members, files.

Written after the book, from streams of their own named by the seed: the same seed gives the same, and a large book has
no more of it than a small one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from keyuan.accounts.models import User
from keyuan.customers.models import Contract, Customer, EnterpriseContact, ParentCompany, Relation
from keyuan.customers.registry import digest_of
from keyuan.customers.states import ContactRole, ContractKind, CustomerKind, IdentifierKind
from keyuan.demo.facts import world
from keyuan.demo.naming import person_name
from keyuan.demo.numbers import birth_day, mobile, resident_id
from keyuan.demo.streams import Stream
from keyuan.files import storage
from keyuan.files.models import Attachment
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.policies.models import GroupMember, Policy
from keyuan.policies.states import ServiceItem
from keyuan.products.states import Line

FIRMS = 24
MOST_MEMBERS = 60
#: Ordinals far from those of the book's own customers, so that nobody shares an ID number with them.
FIRST_ORDINAL = 420_000
#: (company, its parent, the share): two groups among the first companies.
TREE = ((1, 0, "1.0000"), (2, 0, "0.6500"), (3, 1, "0.5100"), (5, 4, "0.8000"))
PLANS = (("A", 200_000, 1.25), ("B", 100_000, 1.0), ("C", 50_000, 0.75))
ROLES = (
    ((ContactRole.LEGAL_REPRESENTATIVE, ContactRole.DECISION_MAKER), "总经理"),
    ((ContactRole.HR, ContactRole.INSURANCE_CONTACT), "人事经理"),
    ((ContactRole.FINANCE,), "财务经理"),
)
WRITER = "示范数据"


def furnish(*, seed: int, as_of: date) -> dict[str, int]:
    """Write it all; returns rows by table."""
    firms = _firms()
    _tree(firms, as_of)
    written = 0
    for place, firm in enumerate(firms):
        stream = Stream(seed, "enterprise", place)
        _contacts(firm, stream.named("contacts"), as_of)
        contract = _contract(firm, stream.named("contract"), place, as_of)
        _file(firm, "contract", contract.pk, f"{contract.number}.pdf", "pdf", _pdf(contract), as_of)
        for policy in Policy.objects.filter(customer=firm, product__line=Line.GROUP).order_by("id")[:1]:
            written += _members(policy, stream.named("members"), place, as_of)
    return {"customers.contract": len(firms), "policies.groupmember": written}


def _firms() -> list[Customer]:
    """The first companies of the branch that the demo's manager looks after, and then the first of the others."""
    firms = Customer.objects.filter(kind=CustomerKind.ENTERPRISE).order_by("id")
    shown = User.objects.select_related("org_unit").filter(username="manager").first()
    if shown is None or shown.org_unit is None:
        return list(firms[:FIRMS])
    own = list(firms.filter(org_unit__path__startswith=shown.org_unit.path)[: FIRMS // 2])
    return own + list(firms.exclude(pk__in=[firm.pk for firm in own])[: FIRMS - len(own)])


def _tree(firms: list[Customer], as_of: date) -> None:
    ParentCompany.objects.bulk_create(
        ParentCompany(
            customer=firms[child], parent=firms[parent], share=Decimal(share), starts_on=as_of.replace(day=1, month=1)
        )
        for child, parent, share in TREE
        if max(child, parent) < len(firms)
    )


def _contacts(firm: Customer, stream: Stream, as_of: date) -> None:
    known = Relation.objects.filter(customer=firm, kind="contact").select_related("other").order_by("id").first()
    for number, (roles, position) in enumerate(ROLES):
        own = known is not None and ContactRole.INSURANCE_CONTACT in roles
        male = stream.chance(0.5)
        name = known.other.name if known is not None and own else person_name(stream, born=1980, male=male)
        EnterpriseContact.objects.create(
            customer=firm,
            person=known.other if known is not None and own else None,
            name=name,
            roles=[role.value for role in roles],
            position=position,
            mobile=mobile(FIRST_ORDINAL + firm.pk % 1000 * 10 + number),
            starts_on=as_of - timedelta(days=stream.between(100, 2000)),
        )


def _contract(firm: Customer, stream: Stream, place: int, as_of: date) -> Contract:
    starts = date(as_of.year, stream.between(1, 6), 1)
    return Contract.objects.create(
        customer=firm,
        number=f"HT{starts:%Y}{place + 1:04d}",
        title=f"{starts.year}年度员工保障框架协议",
        kind=ContractKind.FRAMEWORK,
        signed_on=starts - timedelta(days=stream.between(3, 20)),
        starts_on=starts,
        ends_on=starts.replace(year=starts.year + 1),
        renewal_on=starts.replace(year=starts.year + 1) - timedelta(days=stream.pick((45, 60, 120, 240))),
        amount=Decimal(stream.between(4, 80) * 10_000),
    )


def _members(policy: Policy, stream: Stream, place: int, as_of: date) -> int:
    insured = policy.objects_insured.first()
    count = min(MOST_MEMBERS, int(insured.details.get("members", 20)) if insured is not None else 20)
    rows = list(_people(policy, stream, place, count, as_of))
    GroupMember.objects.bulk_create(rows)
    head = "姓名,证件号码,保障计划,年保费\n"
    body = "".join(f"{row.name},{row.id_number},{row.plan},{row.premium}\n" for row in rows if row.left_on is None)
    _file(policy.customer, "policy", policy.pk, "被保险人名单.csv", "text", ("\ufeff" + head + body).encode(), as_of)
    return len(rows)


def _people(policy: Policy, stream: Stream, place: int, count: int, as_of: date) -> Iterator[GroupMember]:
    starts, ends = _last_year(policy, as_of)
    each = policy.premium / count
    codes = tuple(code for city in world().cities for code, _name in city.districts)
    for number in range(count):
        ordinal = FIRST_ORDINAL + place * 100 + number
        male, year = stream.chance(0.5), stream.between(1966, 2003)
        born = birth_day(ordinal, year)
        id_number = resident_id(ordinal, districts=codes[:8], born=born, male=male)
        plan, insured, weight = stream.pick(PLANS)
        joined = starts if number % 5 else min(starts + timedelta(days=stream.between(1, 300)), as_of)
        left = None
        if number % 9 == 8 and joined + timedelta(days=30) < min(as_of, ends):
            left = joined + timedelta(days=stream.between(10, 29))
        phone = mobile(ordinal)
        yield GroupMember(
            policy=policy,
            customer_id=policy.customer_id,
            name=person_name(stream, born=year, male=male),
            document_kind="resident_id",
            id_number=id_number,
            id_digest=digest_of(IdentifierKind.ID_NUMBER, id_number),
            mobile=phone,
            mobile_digest=digest_of(IdentifierKind.MOBILE, phone),
            staff_number=f"S{number + 1:04d}",
            plan=plan,
            occupation_class=stream.pick((1, 1, 2, 3)),
            sum_insured=Decimal(insured),
            premium=(each * Decimal(str(weight))).quantize(Decimal("0.01")),
            joined_on=joined,
            left_on=left,
            left_as=ServiceItem.ZT if left is not None else "",
            left_reason="离职" if left is not None else "",
        )


def _last_year(policy: Policy, as_of: date) -> tuple[date, date]:
    """The policy's year that the day lies in, or its last one."""
    terms = list(policy.terms.order_by("starts_on").values_list("starts_on", "ends_on"))
    begun = [term for term in terms if term[0] <= as_of] or terms
    starts, ends = begun[-1]
    return starts, ends or as_of + timedelta(days=365)


def _file(firm: Customer, kind: str, subject_id: int, name: str, code: str, content: bytes, as_of: date) -> None:
    Attachment.objects.create(
        customer=firm,
        subject_kind=kind,
        subject_id=subject_id,
        name=name,
        kind=code,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        key=storage.keep(ContentFile(content)),
        uploaded_at=datetime.combine(as_of - timedelta(days=1), time(10), COMPANY_ZONE),
        uploaded_by=WRITER,
    )


def _pdf(contract: Contract) -> bytes:
    """A page with a few words, as small as a PDF can be."""
    words = f"BT /F1 18 Tf 72 740 Td (Demo contract {contract.number}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(whole))
    return whole + head + table + tail


def forget_files() -> None:
    """Take away the bytes of a book that is about to be emptied."""
    for key in Attachment.objects.values_list("key", flat=True):
        storage.store().delete(key)
