"""Writing a book: batch after batch through COPY, in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from psycopg import sql

from keyuan.accounts.models import OrgUnit, User
from keyuan.agents.models import Agent
from keyuan.claims.models import Claim
from keyuan.customers.actions import next_customer_numbers
from keyuan.customers.models import (
    Assignment,
    Consent,
    Customer,
    Enterprise,
    ExternalCover,
    Household,
    HouseholdMember,
    Identifier,
    Person,
    PortalAccount,
    Relation,
)
from keyuan.customers.names import search_forms
from keyuan.customers.portal import portal_digest
from keyuan.customers.registry import digest_of, plain_of, shown_of
from keyuan.customers.states import CustomerKind, IdentifierKind
from keyuan.demo.company import Company
from keyuan.demo.copying import check_keys_at_once, copy_rows, reserve_ids
from keyuan.demo.facts import world
from keyuan.demo.records import Batch
from keyuan.eventlog.models import Event
from keyuan.policies.models import InsuredObject, Party, Policy, PolicyFact, PolicyTerm
from keyuan.products.models import Product
from keyuan.retention.models import RenewalCase, RenewalOutcome
from keyuan.retention.rules import Told, summed_up
from keyuan.retention.states import AssignMethod
from keyuan.servicedesk.models import Complaint, Task

PASSWORD = "keyuan-demo-2026"  # noqa: S105  meant to be known: it opens the demo only
SUBJECTS = ("policy", "claim", "complaint", "task")


class Loader:
    """Knows the ids that the ordinals of the records have become."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.written: Counter[str] = Counter()
        self.units: Sequence[int] = ()
        self.users: Sequence[int] = ()
        self.agents: Sequence[int] = ()
        self.products: Sequence[int] = ()
        self.customers: Sequence[int] = ()
        self.numbers: list[str] = []
        self.unknown = make_password(None)

    @transaction.atomic
    def load(self, batches: Iterable[Batch]) -> Counter[str]:
        """Write the company and every batch, or nothing; returns rows by table."""
        check_keys_at_once()
        self._load_company()
        for batch in batches:
            self._load_batch(batch)
        self._open_portal()
        return self.written

    def copy(self, model: type[models.Model], names: str, rows: Iterable[Sequence[Any]]) -> None:
        """COPY rows whose columns are named in one text."""
        self.written[model._meta.label_lower] += copy_rows(model, names.split(), rows)

    # -- the company ----------------------------------------------------------------------------------------------

    def _load_company(self) -> None:
        company = self.company
        self.units = reserve_ids(OrgUnit, len(company.units))
        self.users = reserve_ids(User, len(company.users))
        self.agents = reserve_ids(Agent, len(company.agents))
        facts = world().products.values()
        self.products = reserve_ids(Product, len(facts))
        self.customers = reserve_ids(Customer, company.customers)
        self.numbers = next_customer_numbers(company.customers)
        self.copy(OrgUnit, "id code name name_en kind parent path region", self._unit_rows())
        self.copy(
            User,
            "id username password is_superuser is_staff is_active first_name last_name email date_joined role org_unit "
            "display_name language theme",
            self._user_rows(),
        )
        self.copy(
            Agent,
            "id code name licence_no org_unit user joined_on left_on",
            (
                (self.agents[a.agent], a.code, a.name, a.licence_no, self.units[a.unit], self.users[a.user], *a[6:])
                for a in company.agents
            ),
        )  # fmt: skip
        self.copy(
            Product,
            "id code name name_en line long_term",
            ((self.products[p.index], p.code, p.name, p.name_en, p.line, p.long_term) for p in facts),
        )

    def _unit_rows(self) -> Iterator[tuple[Any, ...]]:
        paths: list[str] = []
        for unit in self.company.units:
            key = self.units[unit.unit]
            above = "/" if unit.parent is None else paths[unit.parent]
            paths.append(f"{above}{key}/")
            parent = None if unit.parent is None else self.units[unit.parent]
            yield key, unit.code, unit.name, unit.name_en, unit.kind, parent, paths[-1], unit.region

    def _user_rows(self) -> Iterator[tuple[Any, ...]]:
        known = make_password(PASSWORD)
        for user in self.company.users:
            yield (
                self.users[user.user], user.username, known if user.known_password else self.unknown, False, False,
                user.active, "", "", "", _noon(user.joined_on), user.role,
                None if user.unit is None else self.units[user.unit], user.display_name, "zh-hans", "auto",
            )  # fmt: skip

    def _open_portal(self) -> None:
        """The demo's customer account belongs to the first customer."""
        user = self.users[self.company.user_of["customer"]]
        mobile = Person.objects.values_list("mobile", flat=True).get(customer_id=self.customers[0])
        digest = portal_digest(str(mobile)) if mobile else None
        names = "customer user mobile mobile_digest opened_at"
        self.copy(PortalAccount, names, [(self.customers[0], user, mobile, digest, _noon(self.company.as_of))])

    # -- a batch --------------------------------------------------------------------------------------------------

    def _load_batch(self, batch: Batch) -> None:
        customers, units, agents, users = self.customers, self.units, self.agents, self.users
        households = reserve_ids(Household, len(batch.households))
        ids = {
            "policy": reserve_ids(Policy, len(batch.policies)),
            "claim": reserve_ids(Claim, len(batch.claims)),
            "complaint": reserve_ids(Complaint, len(batch.complaints)),
            "task": reserve_ids(Task, len(batch.tasks)),
        }
        policies, claims = ids["policy"], ids["claim"]
        self.copy(
            Customer,
            "id number kind name name_pinyin name_initials name_grams org_unit source source_detail synthetic created_at",
            self._customer_rows(batch),
        )
        self._details(Person, batch.persons)
        self._details(Enterprise, batch.enterprises)
        self.copy(Household, "id name", ((households[r.household], r.name) for r in batch.households))
        self.copy(
            HouseholdMember,
            "customer household role",
            ((customers[r.customer], households[r.household], r.role) for r in batch.members),
        )
        self.copy(
            Relation,
            "customer other kind since note",
            ((customers[r[0]], customers[r[1]], *r[2:]) for r in batch.relations),
        )
        self.copy(
            Consent,
            "customer purpose given_at withdrawn_at wording channel",
            ((customers[r[0]], *r[1:]) for r in batch.consents),
        )
        self.copy(
            ExternalCover,
            "customer insurer line sum_insured premium ends_on",
            ((customers[r[0]], *r[1:]) for r in batch.external_covers),
        )
        self.copy(
            Assignment,
            "customer agent kind starts_on ends_on",
            ((customers[r[0]], agents[r[1]], *r[2:]) for r in batch.assignments),
        )
        self.copy(
            Policy,
            "id customer number product channel currency premium sum_insured payment_mode payment_years signed_on "
            "starts_on ends_on agent org_unit recorded_at",
            (
                (
                    policies[r.policy], customers[r.customer], r.number, self.products[r.product], r.channel, "CNY",
                    r.premium, r.sum_insured, r.payment_mode, r.payment_years, r.signed_on, r.starts_on, r.ends_on,
                    None if r.agent is None else agents[r.agent], units[r.unit], r.recorded_at,
                )
                for r in batch.policies
            ),
        )  # fmt: skip
        self.copy(
            PolicyTerm,
            "policy customer starts_on ends_on premium agreed_on recorded_at",
            ((policies[r[0]], customers[r[1]], *r[2:]) for r in batch.terms),
        )
        self.copy(
            PolicyFact,
            "policy customer kind on until amount note recorded_at",
            ((policies[r[0]], customers[r[1]], *r[2:]) for r in batch.facts),
        )
        self.copy(
            InsuredObject,
            "policy customer kind label plate vin details",
            ((policies[r[0]], customers[r[1]], *r[2:]) for r in batch.objects),
        )
        self.copy(
            Party,
            "policy customer role share",
            ((policies[r[0]], customers[r[1]], *r[2:]) for r in batch.parties),
        )
        self.copy(
            Claim,
            "id customer policy number cause occurrences occurred_on notified_on papers_complete_on decided_on decision "
            "refusal_notified_on paid_on closed_on currency claimed_amount paid_amount recorded_at",
            (
                (
                    claims[r.claim], customers[r.customer], policies[r.policy], r.number, r.cause, 1, r.occurred_on,
                    r.notified_on, r.papers_complete_on, r.decided_on, r.decision, r.refusal_notified_on, r.paid_on,
                    r.closed_on, "CNY", r.claimed_amount, r.paid_amount, r.recorded_at,
                )
                for r in batch.claims
            ),
        )  # fmt: skip
        self.copy(
            Complaint,
            "id customer policy number channel reason summary received_at complex_on decided_at told_at closed_at upheld",
            (
                (ids["complaint"][r[0]], customers[r[1]], None if r[2] is None else policies[r[2]], *r[3:])
                for r in batch.complaints
            ),
        )
        self.copy(
            Task,
            "id customer title note owner created_by created_at due_at done_at",
            (
                (
                    ids["task"][r.task], customers[r.customer], r.title, r.note, users[r.owner],
                    None if r.created_by is None else users[r.created_by], r.created_at, r.due_at, r.done_at,
                )
                for r in batch.tasks
            ),
        )  # fmt: skip
        self._load_renewals(batch, policies)
        self.copy(
            Identifier,
            "kind digest plain shown customer subject_id since ended_on",
            self._identifier_rows(batch, policies, claims),
        )
        self.copy(
            Event,
            "at occurred_at name customer_id org_unit_id actor_kind actor_id actor_name subject_type subject_id payload",
            self._event_rows(batch, ids),
        )

    def _load_renewals(self, batch: Batch, policies: Sequence[int]) -> None:
        """The work on renewals; each case says what its outcomes add up to, as the room itself reckons it."""
        cases = reserve_ids(RenewalCase, len(batch.renewals))
        told: dict[int, list[Told]] = defaultdict(list)
        for one in batch.outcomes:
            told[one.renewal].append(Told(one.outcome, one.on, one.reason, one.next_contact_on))
        sums = [summed_up(told[r.renewal]) for r in batch.renewals]
        self.copy(
            RenewalCase,
            "id customer policy due_on assignee assigned_at method said said_on reason contacts attempts last_contact_on "
            "next_contact_on",
            (
                (
                    cases[r.renewal], self.customers[r.customer], policies[r.policy], r.due_on,
                    None if r.assignee is None else self.users[r.assignee], r.assigned_at,
                    "" if r.assignee is None else AssignMethod.OWNER, s.said, s.said_on, s.reason, s.contacts, s.attempts,
                    s.last_contact_on, s.next_contact_on,
                )
                for r, s in zip(batch.renewals, sums, strict=True)
            ),
        )  # fmt: skip
        self.copy(
            RenewalOutcome,
            "case customer on channel outcome reason next_contact_on text by recorded_at",
            (
                (cases[r[0]], self.customers[r[1]], *r[2:8], None if r.by is None else self.users[r.by], r.recorded_at)
                for r in batch.outcomes
            ),
        )

    def _customer_rows(self, batch: Batch) -> Iterator[tuple[Any, ...]]:
        for r in batch.customers:
            forms = search_forms(r.name, person=r.kind == CustomerKind.INDIVIDUAL)
            yield (
                self.customers[r.customer], self.numbers[r.customer], r.kind, r.name, forms.pinyin, forms.initials,
                list(forms.grams), self.units[r.unit], r.source, r.source_detail, True, r.created_at,
            )  # fmt: skip

    def _details(self, model: type[models.Model], rows: Sequence[Any]) -> None:
        if rows:
            self.copy(model, " ".join(rows[0]._fields), ((self.customers[r[0]], *r[1:]) for r in rows))

    def _identifier_rows(
        self, batch: Batch, policies: Sequence[int], claims: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        for r in batch.identifiers:
            subject = None
            if r.subject is not None:
                subject = (claims if r.kind == IdentifierKind.CLAIM_NO else policies)[r.subject]
            yield _identifier(r.kind, r.value, self.customers[r.customer], subject, r.since, r.ended_on)
        for c in batch.customers:
            number = self.numbers[c.customer]
            yield _identifier(IdentifierKind.CUSTOMER_NO, number, self.customers[c.customer], None, None, None)

    def _event_rows(self, batch: Batch, ids: dict[str, Sequence[int]]) -> Iterator[tuple[Any, ...]]:
        for r in batch.events:
            customer, about = self.customers[r.customer], r.subject_type
            subject = "" if r.subject is None else str(ids[r.subject_type][r.subject])
            payload = r.payload
            if r.name == "customer.registered":
                about, subject, payload = "customer", str(customer), {"number": self.numbers[r.customer], **payload}
            elif r.name == "customer.assigned":
                agent = self.agents[payload["agent_id"]]
                about, subject, payload = "agent", str(agent), {**payload, "agent_id": agent}
            if r.actor_kind == "user":
                actor = "" if r.actor_user is None else str(self.users[r.actor_user])
            else:
                actor = str(customer) if r.actor_kind == "customer" else r.actor_name
            yield (
                r.occurred_at, r.occurred_at, r.name, customer, self.units[r.unit], r.actor_kind, actor, r.actor_name,
                about, subject, payload,
            )  # fmt: skip


def _identifier(
    kind: str, value: str, customer: int, subject: int | None, since: date | None, ended: date | None
) -> tuple[Any, ...]:
    return kind, digest_of(kind, value), plain_of(kind, value), shown_of(kind, value), customer, subject, since, ended


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def analyse() -> None:
    """Tell the planner what the tables hold now.

    Ours by name: a bare ANALYZE also locks the server's shared catalogues until the transaction ends, so that whoever
    does the same in another database of the server waits.
    """
    tables = sql.SQL(", ").join(map(sql.Identifier, connection.introspection.table_names()))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(tables))
