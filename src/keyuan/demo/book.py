"""The demo book: drawn from a seed, batch after batch, and loaded once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.models import User
from keyuan.customers.models import Customer
from keyuan.customers.portal import number_of_user
from keyuan.demo.cards_told import tell_cards
from keyuan.demo.company import STAFF, Company
from keyuan.demo.custom import define_and_fill
from keyuan.demo.enterprises import forget_files, furnish
from keyuan.demo.lives import Biographer
from keyuan.demo.loading import PASSWORD, Loader, analyse
from keyuan.demo.numbers import MOST_CUSTOMERS
from keyuan.demo.people import People
from keyuan.demo.policies_told import Trial
from keyuan.demo.proposals_told import tell_proposals
from keyuan.demo.prospects_told import ProspectTeller
from keyuan.demo.records import Batch
from keyuan.demo.tiers_told import tell_tiers, write_standings
from keyuan.demo.underwriting_told import tell_applications
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal

BATCH = 2000


class RealCustomersInTheBook(Refusal):
    """Emptying the book would destroy customers who are not the generator's."""

    code = "real_customers"
    message = _("库中有%(count)s位真实客户，不能清空。")
    remedy = _("示范数据只能替换示范数据；请另建一个空库，用DATABASE_URL指向它。")


class TooManyCustomers(Refusal):
    """Beyond this, plates and VINs would repeat."""

    code = "too_many_customers"
    message = _("示范数据最多生成%(most)s位客户。")
    remedy = _("请减少 --customers。")


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. ``loaded`` is False when a book was there already."""

    loaded: bool
    customers: int
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.rows.values())


class Book:
    """A book to be: the same seed, size and last day give the same records."""

    def __init__(self, *, seed: int, customers: int, as_of: date, trials: list[Trial] | None = None) -> None:
        if customers > MOST_CUSTOMERS:
            raise TooManyCustomers(most=MOST_CUSTOMERS)
        self.seed, self.customers, self.as_of = seed, customers, as_of
        shown = People(Company(seed=seed, customers=customers, as_of=as_of)).cell(0, 0, customers).head.name
        self.company = Company(seed=seed, customers=customers, as_of=as_of, customer_name=shown)
        self.trials = trials
        self.profits: dict[int, float] = {}

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """The book in batches of about ``size`` customers, whole households each."""
        people, biographer = People(self.company), Biographer(self.company, self.trials)
        biographer.profits = self.profits if self.trials is not None else None
        first = number = 0
        while first < self.customers:
            cell = people.cell(number, first, self.customers - first)
            biographer.write(cell)
            first, number = first + cell.size, number + 1
            if len(biographer.batch.customers) >= size or first >= self.customers:
                batch, biographer.batch = biographer.batch, Batch()
                batch.events.sort(key=lambda event: event.occurred_at)
                yield batch

    def digest(self) -> str:
        """A fingerprint of every plain record."""
        total = hashlib.sha256()
        for part in (self.company.units, self.company.users, self.company.agents):
            total.update(repr(part).encode())
        for batch in self.batches():
            for name, rows in batch.tables():
                total.update(f"{name}{rows!r}".encode())
        return total.hexdigest()


def load(
    *,
    customers: int,
    seed: int,
    as_of: date | None = None,
    replace: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Load the demo book into an empty database, or with ``replace`` in place of the demo book that is there.

    ``progress`` is told how many customers are written so far. Raises RealCustomersInTheBook, TooManyCustomers.
    """
    started = time.perf_counter()
    book = Book(seed=seed, customers=customers, as_of=today() if as_of is None else as_of)
    there = Customer.objects.count()
    if there and not replace:
        return Report(loaded=False, customers=there)
    if there:
        empty()
    with transaction.atomic():
        loader = Loader(book.company)
        rows = loader.load(_counted(book.batches(), progress))
        teller = ProspectTeller(book.company, units=loader.units, agents=loader.agents)
        rows["sales.prospect"] = teller.tell()
        define_and_fill()
        rows["engagement.submission"] = tell_cards(
            book.company, units=loader.units, agents=loader.agents, users=loader.users, prospects=teller.made
        )
        rows["underwriting.application"] = tell_applications(
            book.company, seed=seed, as_of=book.as_of, users=loader.users
        )
        rows["sales.proposal"] = tell_proposals(book.company, seed=seed, as_of=book.as_of, users=loader.users)
        rows.update(furnish(seed=seed, as_of=book.as_of))
        rows["tiers.membership"], rows["tiers.redemption"] = tell_tiers(seed=seed, as_of=book.as_of)
    analyse()
    write_standings(as_of=book.as_of)
    return Report(loaded=True, customers=customers, rows=dict(rows), seconds=time.perf_counter() - started)


def _counted(batches: Iterator[Batch], progress: Callable[[int], None] | None) -> Iterator[Batch]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch.customers)
        if progress is not None:
            progress(done)


def empty() -> None:
    """A fresh schema in place of the demo book: the log refuses to be emptied, so the tables are made anew."""
    real = Customer.objects.filter(synthetic=False).count()
    if real:
        raise RealCustomersInTheBook(count=real)
    forget_files()
    from django.core.management import call_command  # noqa: PLC0415  only a replacement migrates

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        name = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"DROP SCHEMA {name} CASCADE")
        cursor.execute(f"CREATE SCHEMA {name}")
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0, interactive=False)


def accounts() -> dict[str, Any]:
    """The accounts that the demo opens: user names of staff and their one password; the customer's mobile number."""
    user = User.objects.filter(username="customer").first()
    customer = {"sign_in": "/home/sign-in/", "mobile": number_of_user(user.pk) if user is not None else ""}
    return {"users": [name for name, *_ in STAFF] + ["agent"], "password": PASSWORD, "customer": customer}
