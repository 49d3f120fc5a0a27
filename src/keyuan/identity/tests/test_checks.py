"""A check is stored before anybody is asked and has one of four ends; a person decides where no provider can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers.actions import register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.standards.resident_id import check_digit
from keyuan.eventlog.models import Event
from keyuan.identity import actions, queries
from keyuan.identity.models import Check
from keyuan.identity.providers.embedded import Embedded
from keyuan.identity.providers.http import FAILURES, REST, Breaker, OverHttp
from keyuan.identity.providers.shapes import Answer, Question
from keyuan.identity.refusals import AlreadyAnswered, CheckNotFound, NoteMissing
from keyuan.identity.sandbox import Service
from keyuan.identity.states import Outcome, Why
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.messages.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]

MOBILE = "13912345678"
BY = Actor.system("test")
SECRET = "a shared secret"


def number(sequence: str = "123") -> str:
    first = f"32050219880808{sequence}"
    return first + check_digit(first)


@pytest.fixture(autouse=True)
def _often(settings: Any) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60), "identity_checks": (100, 60)}


def shown(mobile: str = MOBILE) -> str:
    """A challenge that the number's holder has redeemed."""
    challenge = actions.send_code(mobile, "sign_in")
    found = re.search(r"\d{6}", Message.objects.get(subject_id=str(challenge.pk)).text)
    assert found is not None
    actions.redeem(challenge.pk, found[0])
    return str(challenge.pk)


def ask(**given: Any) -> Check:
    whole = {"name": "王伟", "document_number": number(), "mobile": MOBILE, "provider": Embedded(), **given}
    whole.setdefault("challenge_id", shown(whole["mobile"]))
    return actions.check(**whole)


def end(check: Check) -> tuple[str, str]:
    return check.outcome, check.why


@pytest.fixture
def known(org: Organisation) -> int:
    details = PersonDraft(id_number=number(), mobile=MOBILE)
    draft = CustomerDraft(name="王伟", org_unit_id=org.branch.pk, details=details)
    return register_customer(draft, by=BY).pk


def test_a_number_by_its_standard_and_a_shown_mobile_match(db: None) -> None:
    assert end(ask()) == ("match", "")


@pytest.mark.parametrize("wrong", ["320502198808081234", "32050219880230123X", "12345"])
def test_a_number_that_cannot_be_is_not_found(wrong: str) -> None:
    assert end(ask(document_number=wrong)) == ("not_found", "number")


def test_another_name_than_the_registrys_is_a_mismatch(known: int) -> None:
    assert end(ask(name="李强")) == ("mismatch", "name")
    assert end(ask(name=" 王 伟 ")) == ("match", "")


def test_another_telephone_than_the_one_on_record_goes_to_a_person(known: int) -> None:
    assert end(ask(mobile="13700000000")) == ("unavailable", "mobile")


def test_a_mobile_that_nobody_has_shown_is_not_believed(known: int) -> None:
    assert end(ask(challenge_id=None)) == ("unavailable", "no_code")
    assert end(ask(challenge_id=shown("13700000000"))) == ("unavailable", "no_code")
    assert end(ask(challenge_id=None, customer_id=known)) == ("match", "")


def test_a_passport_is_looked_at_by_a_person() -> None:
    assert end(ask(document_kind="passport", document_number="E12345678")) == ("unavailable", "document")


def test_the_check_is_stored_and_committed_before_anybody_is_asked() -> None:
    seen = []

    class Looks:
        name = "looks"

        def ask(self, question: Question) -> Answer:
            seen.append((Check.objects.get(pk=question.id).outcome, len(connection.savepoint_ids)))
            return Answer(Outcome.MATCH)

    ask(provider=Looks())
    assert seen == [("", 0)] or seen[0][0] == ""


def test_asking_inside_a_transaction_is_a_fault_of_the_program() -> None:
    challenge = shown()
    with transaction.atomic(), transaction.atomic(), pytest.raises(RuntimeError):
        ask(challenge_id=challenge)
    assert not Check.objects.exists()


def test_a_check_that_was_cut_off_has_an_end_and_a_late_answer_does_not_change_it() -> None:
    class Dies:
        name = "dies"

        def ask(self, question: Question) -> Answer:
            Check.objects.update(asked_at=now() - timedelta(minutes=3))
            assert actions.end_cut_off() == 1
            return Answer(Outcome.MATCH)

    assert end(ask(provider=Dies())) == ("unavailable", "cut_off")
    assert end(Check.objects.get()) == ("unavailable", "cut_off")


def test_nothing_sensitive_lies_in_clear() -> None:
    ask()
    with connection.cursor() as cursor:
        for table in ("identity_check", "eventlog_event"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
            held = cursor.fetchone()[0]
            assert not any(secret in held for secret in (number(), MOBILE))
        cursor.execute("SELECT string_agg(t::text, ' ') FROM identity_check t")
        assert "王伟" not in cursor.fetchone()[0]


def test_each_check_leaves_two_lines_with_its_consent_and_its_end() -> None:
    ask()
    asked, checked = Event.objects.filter(name__in=("identity.asked", "identity.checked")).order_by("pk")
    assert (asked.payload["consent"], checked.payload["identity"]) == ("identity-1", "match")
    assert checked.payload["document"] == "3205**********" + number()[-4:]


def test_a_persons_word_holds_for_the_same_three_and_no_others(known: int, user_as: Callable[..., User]) -> None:
    by = viewer_of(user_as(Role.HOTLINE))
    waiting = ask(mobile="13700000000")
    with pytest.raises(NoteMissing):
        actions.decide_by_hand(waiting.pk, matches=True, note=" ", by=by)
    actions.decide_by_hand(waiting.pk, matches=True, note="视频核对了原件", by=by)
    assert Message.objects.get(template="identity_confirmed").address == "13700000000"
    with pytest.raises(AlreadyAnswered):
        actions.decide_by_hand(waiting.pk, matches=False, note="再看", by=by)
    assert end(ask(mobile="13700000000")) == ("match", "by_hand")
    assert end(ask(mobile="13700000001")) == ("unavailable", "mobile")
    assert end(ask(mobile="13700000000", name="李强")) == ("mismatch", "name")
    Check.objects.filter(pk=waiting.pk).update(answered_at=now() - timedelta(days=31))
    later = ask(mobile="13700000000")
    assert (later.why, later.decided_by_name) in {("mobile", ""), ("by_hand", "")}


def test_only_staff_who_may_see_documents_decide(known: int, user_as: Callable[..., User]) -> None:
    waiting = ask(mobile="13700000000")
    with pytest.raises(NotPermitted):
        actions.decide_by_hand(waiting.pk, matches=True, note="x", by=viewer_of(user_as(Role.ANALYST)))
    with pytest.raises(CheckNotFound):
        actions.decide_by_hand(waiting.pk, matches=True, note="x", by=viewer_of(user_as(Role.AGENT)))
    assert not queries.visible(viewer_of(user_as(Role.CUSTOMER))).exists()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Service]:
    service = Service(("127.0.0.1", 0), SECRET, slow=1.0)
    thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield service
    service.shutdown()
    service.server_close()
    thread.join()


def over(sandbox: Service, **given: Any) -> OverHttp:
    return OverHttp(
        f"http://127.0.0.1:{sandbox.server_address[1]}",
        given.pop("secret", SECRET),
        breaker=Breaker(),
        wait=0.3,
        **given,
    )


@pytest.mark.parametrize(
    ("sequence", "outcome", "why"),
    [
        ("123", "match", ""),
        ("901", "mismatch", "name"),
        ("902", "not_found", "number"),
        ("903", "unavailable", "timeout"),
        ("904", "unavailable", "service"),
        ("905", "unavailable", "forged"),
        ("906", "mismatch", "mobile"),
        ("907", "match", ""),
    ],
)
def test_the_sandbox_answers_as_the_number_says(sandbox: Service, sequence: str, outcome: str, why: str) -> None:
    check = ask(document_number=number(sequence), provider=over(sandbox))
    assert end(check) == (outcome, why)
    assert (check.reference != "") == (outcome != "unavailable")


def test_a_wrong_secret_is_rejected_and_not_tried_again(sandbox: Service) -> None:
    before = dict(sandbox.tries)
    assert end(ask(provider=over(sandbox, secret="another"))) == ("unavailable", "rejected")
    assert dict(sandbox.tries) == before


def test_what_our_own_registry_contradicts_is_not_asked(sandbox: Service, known: int) -> None:
    before = dict(sandbox.tries)
    assert end(ask(name="李强", provider=over(sandbox))) == ("mismatch", "name")
    assert dict(sandbox.tries) == before


def test_a_service_that_keeps_failing_is_left_in_peace_and_then_asked_once() -> None:
    clock = [0.0]
    breaker = Breaker(clock=lambda: clock[0])
    provider = OverHttp("http://127.0.0.1:9", SECRET, breaker=breaker, wait=0.1)
    question = Question("1", "王伟", "resident_id", number(), MOBILE)
    reasons = [provider.ask(question).why for _ in range(4)]
    assert reasons == [Why.SERVICE, Why.SERVICE, Why.SERVICE, Why.RESTING]
    assert breaker.failures >= FAILURES
    clock[0] = REST + 1
    assert [breaker.may_ask(), breaker.may_ask()] == [True, False]
    breaker.answered()
    assert breaker.may_ask()
