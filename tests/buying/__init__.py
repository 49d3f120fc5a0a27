"""Insurance bought over HTTP, the forms as the pages show them: for journeys, the fault test and the benchmark.

    from tests.buying import Buyer, HttpxWeb, purchase

    buyer = Buyer(HttpxWeb("http://127.0.0.1:8000"))  # KEYUAN_DEMO_OUTBOX=1: the code stands on the page
    bought = buyer.buy(purchase("TRV", 17))  # stranger number 17, from the front page to the policy's number

Every step is a method of ``Buyer`` too. Nothing here imports a table: it may run in a process of its own.
"""

from tests.buying.driver import Bought, Buyer, Stuck
from tests.buying.people import Person, somebody
from tests.buying.purchases import CODES, Company, Heir, Insured, Member, Purchase, purchase
from tests.buying.web import HttpxWeb, NotOnThePage, Page, TestClientWeb, Web

__all__ = [
    "CODES",
    "Bought",
    "Buyer",
    "Company",
    "Heir",
    "HttpxWeb",
    "Insured",
    "Member",
    "NotOnThePage",
    "Page",
    "Person",
    "Purchase",
    "Stuck",
    "TestClientWeb",
    "Web",
    "purchase",
    "somebody",
]
