"""A visitor fills in a card: stored once, matched in silence, never lost."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.scope import Viewer
from keyuan.agents.models import Agent
from keyuan.customers.actions import CustomerDraft, PersonDraft, assign_agent, register_customer
from keyuan.customers.models import Consent, Customer
from keyuan.engagement import actions, guard
from keyuan.engagement.models import Form, Submission
from keyuan.engagement.tests.conftest import MOBILE, Send
from keyuan.eventlog.models import Event
from keyuan.sales import actions as sales_actions
from keyuan.sales.actions import ProspectDraft, record_prospect
from keyuan.sales.models import Prospect, ProspectConsent

TYPED = {"name": "王 芳", "mobile": "138 0013 8000", "interests": ["motor"], "ask": "车险多少钱？"}


def page_of(form: Form, **headers: str) -> str:
    return Client(headers=headers).get(f"/f/{form.slug}/").content.decode()


def test_a_new_person_becomes_the_agents_prospect_with_source_and_consent(card: Form, send: Send, agent: Agent) -> None:
    answer = send(card, TYPED, marketing="1")
    assert (answer.status_code, answer["Location"]) == (303, f"/f/{card.slug}/thanks/?lang=zh")
    prospect = Prospect.objects.get()
    assert (prospect.name, prospect.mobile, prospect.owner, prospect.org_unit) == (
        "王芳",
        MOBILE,
        agent,
        agent.org_unit,
    )
    assert (prospect.source, prospect.source_detail, prospect.interests) == ("self_filled_card", "认识一下", ["motor"])
    consents = dict(ProspectConsent.objects.values_list("purpose", "wording"))
    assert consents == {"service": f"{card.slug}-v1", "marketing": f"{card.slug}-v1"}
    line = Event.objects.get(name="form.filled")
    assert line.payload["owner_ids"] == [agent.user_id]
    assert (line.subject_type, line.subject_id) == ("prospect", str(prospect.pk))
    assert MOBILE not in json.dumps(line.payload)


def test_what_is_personal_lies_sealed_and_what_is_counted_lies_open(card: Form, send: Send) -> None:
    send(card, TYPED)
    row = Submission.objects.get()
    assert row.answers == {"interests": ["motor"]}
    assert json.loads(row.sealed)["texts"] == {"ask": "车险多少钱？"}
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, answers::text FROM engagement_submission")
        sealed, answers = cursor.fetchone()
    assert "车险".encode() not in bytes(sealed)
    assert MOBILE not in answers


def test_marketing_is_its_own_tick_and_unticked_to_begin_with(card: Form, send: Send) -> None:
    page = page_of(card)
    tick = page[page.index('name="marketing"') :].split(">")[0]
    assert "checked" not in tick
    send(card, TYPED)
    assert set(ProspectConsent.objects.values_list("purpose", flat=True)) == {"service"}


def test_the_same_page_sent_twice_is_one_submission(card: Form, send: Send) -> None:
    token = guard.fresh(card.pk).text
    assert send(card, TYPED, token=token).status_code == 303
    assert send(card, TYPED, token=token).status_code == 303
    assert (Submission.objects.count(), Prospect.objects.count()) == (1, 1)
    assert Event.objects.filter(name="form.filled").count() == 1


def test_a_customer_is_not_told_that_they_are_known(
    card: Form, send: Send, system: Viewer, org: Organisation, agent: Agent
) -> None:
    details = PersonDraft(mobile=MOBILE)
    customer = register_customer(
        CustomerDraft(name="王芳", org_unit_id=org.other_branch.pk, details=details), by=system
    )
    assign_agent(customer.pk, agent_id=agent.pk, by=system)
    known = send(card, TYPED, marketing="1")
    new = send(card, {**TYPED, "mobile": "13900139000"}, marketing="1")
    assert (known.status_code, known["Location"], known.content) == (new.status_code, new["Location"], new.content)
    assert Submission.objects.get(customer=customer).prospect is None
    assert Prospect.objects.count() == 1
    line = Event.objects.get(name="form.filled", customer_id=customer.pk)
    assert line.payload["owner_ids"] == [agent.user_id]
    # Whoever knows somebody's number cannot agree to anything in their name.
    assert not Consent.objects.exists()
    assert Customer.objects.count() == 1


def test_a_known_prospect_gains_what_is_new_and_loses_nothing(card: Form, send: Send, by_agent: Viewer) -> None:
    draft = ProspectDraft(name="王小芳", mobile=MOBILE, interests=("life",), note="老朋友", source="visit")
    prospect = record_prospect(draft, by=by_agent)
    sales_actions.lose_prospect(prospect.pk, reason="price", by=by_agent)
    send(card, TYPED)
    prospect.refresh_from_db()
    assert Prospect.objects.count() == 1
    assert (prospect.name, prospect.note, prospect.source) == ("王小芳", "老朋友", "visit")
    assert prospect.interests == ["life", "motor"]
    assert prospect.lost_on is None
    assert Submission.objects.get().prospect == prospect


def test_who_became_a_customer_meanwhile_is_the_customer(card: Form, send: Send, by_agent: Viewer) -> None:
    prospect = record_prospect(ProspectDraft(name="王芳", mobile=MOBILE), by=by_agent)
    customer = sales_actions.convert_prospect(prospect.pk, by=by_agent)
    send(card, TYPED)
    assert Submission.objects.get().customer == customer


def test_a_link_knows_its_agent_and_occasion(
    survey: Form, card: Form, send: Send, by_agent: Viewer, agent: Agent
) -> None:
    link = actions.make_link(card.pk, label="春季车展", by=by_agent)
    assert actions.make_link(card.pk, label="春季车展", by=by_agent) == link
    send(card, TYPED, code=link.code)
    assert Prospect.objects.get().source_detail == "认识一下 · 春季车展"
    assert Client().get(f"/f/{survey.slug}/{link.code}/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({**TYPED, "mobile": "1234"}, "手机"),
        ({**TYPED, "name": " "}, "这一项要填写"),
        ({**TYPED, "interests": ["houses"]}, "请从选项中选择"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    card: Form, send: Send, typed: dict[str, Any], told: str
) -> None:
    answer = send(card, {**typed, "ask": "我的问题很长"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "我的问题很长" in page
    assert not Submission.objects.exists()


def test_without_consent_nothing_is_stored(card: Form, send: Send) -> None:
    answer = send(card, TYPED, consent="")
    assert answer.status_code == 422
    assert "需要您同意后才能提交" in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_looks_like_a_machine_is_asked_a_sum_and_a_person_passes(card: Form, send: Send) -> None:
    token = guard.fresh(card.pk)
    asked = send(card, TYPED, token=token.text, website="http://spam")
    assert asked.status_code == 422
    assert f"{token.first} 加 {token.second} 等于几" in asked.content.decode()
    assert "138 0013 8000" in asked.content.decode()
    wrong = send(card, TYPED, token=token.text, website="http://spam", sum="99")
    assert wrong.status_code == 422
    passed = send(card, TYPED, token=token.text, website="http://spam", sum=str(token.first + token.second))
    assert passed.status_code == 303


def test_who_answers_faster_than_a_person_reads_is_asked(card: Form) -> None:
    sent = {"token": guard.fresh(card.pk).text, "consent": "1", "a-name": "王芳", "a-mobile": MOBILE}
    answer = Client().post(f"/f/{card.slug}/", sent)
    assert answer.status_code == 422
    assert "等于几" in answer.content.decode()


@pytest.mark.parametrize("token", ["", "forged", "other form"])
def test_a_token_that_is_not_this_pages_is_asked_again_with_everything_typed(
    card: Form, survey: Form, send: Send, token: str
) -> None:
    text = guard.fresh(survey.pk).text if token == "other form" else token or "x"
    answer = send(card, TYPED, token=text, sum="5")
    assert answer.status_code == 422
    assert "王 芳" in answer.content.decode()
    assert not Submission.objects.exists()


def test_too_many_from_one_address_are_asked_and_then_refused_with_everything_typed(
    card: Form, send: Send, settings: Any
) -> None:
    settings.KEYUAN_LIMITS = {"cards_unasked": (1, 600), "cards": (3, 3600)}
    assert send(card, TYPED).status_code == 303
    assert send(card, TYPED).status_code == 422
    assert send(card, TYPED).status_code == 422
    answer = send(card, TYPED)
    assert answer.status_code == 429
    assert "车险多少钱" in answer.content.decode()


def test_the_page_speaks_english_and_switching_keeps_what_was_typed(card: Form, send: Send) -> None:
    assert "Nice to meet you" in page_of(card, accept_language="en-GB")
    assert "认识一下" in page_of(card, accept_language="zh-CN")
    answer = send(card, TYPED, switch="en")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Your name" in page
    assert "车险多少钱" in page
    assert not Submission.objects.exists()


def test_a_visitor_needs_no_cookie_and_gets_none(card: Form) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/f/{card.slug}/")
    assert not page.cookies
    assert client.post(f"/f/{card.slug}/", {"a-name": "x"}).status_code == 422


def test_a_closed_form_and_one_that_never_was_look_alike(card: Form, by_agent: Viewer) -> None:
    actions.close_form(card.pk, by=by_agent)
    closed, nothing = Client().get(f"/f/{card.slug}/"), Client().get("/f/nothing/")
    assert (closed.status_code, closed.content) == (nothing.status_code, nothing.content) == (404, nothing.content)


def test_a_survey_without_a_name_is_nobodys(survey: Form, send: Send) -> None:
    answer = send(survey, {"recommend": "9", "matters": ["c1", "c3"], "more": "挺好"}, consent="")
    assert answer.status_code == 303
    row = Submission.objects.get()
    assert row.answers == {"recommend": ["9"], "matters": ["c1", "c3"]}
    assert (row.prospect, row.customer, row.consented) == (None, None, False)
    assert not Prospect.objects.exists()


def test_birthday_and_name_find_the_prospect(card: Form, send: Send, by_agent: Viewer, agent_user: User) -> None:
    record_prospect(ProspectDraft(name="王芳", birth_date=date(1980, 5, 6)), by=by_agent)
    desk = Client()
    desk.force_login(agent_user)
    fresh = desk.post(f"/desk/forms/{card.pk}/question/", {"kind": "birthday"}).content.decode()
    key = fresh.split('name="question" value="')[1].split('"')[0]
    from keyuan.engagement.content import Content
    from keyuan.engagement.rules.building import as_typed

    typed = as_typed(Content.of(card.draft))
    typed["question"].append(key)
    typed |= {f"{key}-kind": ["birthday"], f"{key}-label_zh": ["生日"], "do": ["publish"], "slug": [card.slug]}
    assert desk.post(f"/desk/forms/{card.pk}/", typed).status_code == 302
    send(card, {**TYPED, key: "1980-05-06"})
    assert Prospect.objects.count() == 1
    assert Prospect.objects.get().mobile == MOBILE
