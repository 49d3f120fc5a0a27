"""The builder: a form survives the way to the browser and back; nothing unfinished is published; versions stay."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.organisation import Organisation

from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.agents.models import Agent
from keyuan.engagement import actions, queries
from keyuan.engagement.content import Choice, Content, Question, Words
from keyuan.engagement.models import Form, FormVersion
from keyuan.engagement.refusals import (
    FormNotFound,
    FormNotYours,
    FormUnfinished,
    LinkForOthers,
    SlugMalformed,
    SlugTaken,
)
from keyuan.engagement.rules.building import as_typed, typed_content
from keyuan.engagement.rules.checking import faults
from keyuan.engagement.states import WITH_CHOICES, FormKind, QuestionKind
from keyuan.engagement.templates_of_forms import TEMPLATES
from keyuan.engagement.tests.conftest import Send

texts = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=30).map(str.strip)
lines = texts.filter(bool)
words = st.builds(Words, texts, texts)
keys = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=10)


@st.composite
def choices(draw: st.DrawFn) -> tuple[Choice, ...]:
    told = draw(st.lists(lines, min_size=1, max_size=6, unique=True))
    codes = draw(st.lists(keys, min_size=len(told), max_size=len(told), unique=True))
    return tuple(Choice(code, Words(text, draw(texts))) for code, text in zip(codes, told, strict=True))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, ...]:
    made = []
    for key in draw(st.lists(keys, max_size=6, unique=True)):
        kind = draw(st.sampled_from(QuestionKind))
        scale = kind == QuestionKind.SCALE
        made.append(
            Question(
                key, kind, draw(words), draw(words), draw(st.booleans()),
                draw(choices()) if kind in WITH_CHOICES else (),
                draw(st.integers(0, 5)) if scale else 0,
                draw(st.integers(6, 10)) if scale else 10,
            )
        )  # fmt: skip
    return tuple(made)


contents = st.builds(Content, words, words, words, questions(), words, words, st.booleans())


@given(content=contents)
@settings(max_examples=200, deadline=None)
def test_a_form_goes_through_the_builder_and_through_storage_unchanged(content: Content) -> None:
    assert Content.of(content.as_json()) == content
    assert typed_content(as_typed(content), before=content) == content


@given(content=contents, order=st.randoms())
@settings(max_examples=50, deadline=None)
def test_questions_in_another_order_are_the_same_questions(content: Content, order: object) -> None:
    typed = as_typed(content)
    order.shuffle(typed["question"])  # type: ignore[attr-defined]
    moved = typed_content(typed, before=content)
    assert [question.key for question in moved.questions] == typed["question"]
    assert {question.key: question for question in moved.questions} == {one.key: one for one in content.questions}


@given(typed=st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=20), max_size=3), max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_typing_breaks_the_builder(typed: dict[str, list[str]]) -> None:
    content = typed_content({"question": ["a"], "a-kind": ["choice"], "a-choices_zh": ["x"], **typed}, before=Content())
    assert Content.of(content.as_json()) == content
    faults(content, FormKind.CARD)


def test_a_choice_keeps_its_key_while_it_is_moved_or_reworded() -> None:
    asked = Question(
        "q", QuestionKind.CHOICE, Words("?"), choices=(Choice("c1", Words("甲")), Choice("c2", Words("乙")))
    )
    before = Content(questions=(asked,))

    def after(text: str) -> list[tuple[str, str]]:
        typed = {**as_typed(before), "q-choices_zh": [text]}
        (question,) = typed_content(typed, before=before).questions
        return [(one.key, one.words.zh) for one in question.choices]

    assert after("乙\n甲") == [("c2", "乙"), ("c1", "甲")]
    assert after("甲\n乙二") == [("c1", "甲"), ("c2", "乙二")]
    assert after("丙\n甲\n乙") == [("c3", "丙"), ("c1", "甲"), ("c2", "乙")]
    assert after("乙") == [("c2", "乙")]


@pytest.mark.parametrize("kind", FormKind)
def test_what_one_begins_with_may_be_published(kind: FormKind) -> None:
    assert faults(TEMPLATES[kind], kind) == ()


def test_what_is_wrong_with_a_form_is_said_where_it_is() -> None:
    bad = Content(
        questions=(
            Question("a", QuestionKind.NAME, Words("")),
            Question("b", QuestionKind.NAME, Words("姓名")),
            Question("c", QuestionKind.CHOICE, Words("选"), choices=(Choice("c1", Words("一")),)),
            Question("d", QuestionKind.SCALE, Words("分"), low=5, high=5),
        )
    )
    places = [fault.place for fault in faults(bad, FormKind.CARD)]
    assert places == ["title", "a", "a", "b", "c", "d", "questions", "consent"]


@pytest.mark.django_db
def test_an_unfinished_form_is_kept_and_not_published(by_agent: Viewer) -> None:
    form = actions.create_form("card", by=by_agent)
    actions.save_form(form.pk, content=Content(title=Words("半成品")), by=by_agent)
    with pytest.raises(FormUnfinished):
        actions.publish_form(form.pk, by=by_agent)
    form.refresh_from_db()
    assert (form.title, form.published_at) == ("半成品", None)
    assert not FormVersion.objects.exists()


@pytest.mark.django_db
def test_a_version_is_never_changed_and_a_new_one_only_made_for_a_change(
    card: Form, by_agent: Viewer, send: Send
) -> None:
    first = card.versions.get()
    assert actions.publish_form(card.pk, by=by_agent) == first
    changed = Content.of({**card.draft, "consent": {"zh": "新的同意文字", "en": ""}})
    actions.save_form(card.pk, content=changed, by=by_agent)
    send(card, {"name": "甲", "mobile": "13800138000"})
    second = actions.publish_form(card.pk, by=by_agent)
    send(card, {"name": "乙", "mobile": "13800138001"})
    assert (second.number, second.wording) == (2, f"{card.slug}-v2")
    first.refresh_from_db()
    assert "新的同意文字" not in str(first.content)
    assert [row.version for row in card.submissions.order_by("id")] == [first, second]


@pytest.mark.django_db
def test_forms_of_others_are_not_found_or_not_changed(
    card: Form, survey: Form, by_agent: Viewer, manager: Viewer, viewer_as: object, org: Organisation
) -> None:
    other = viewer_as("manager", unit=org.other_branch)  # type: ignore[operator]
    for nobody in (STRANGER, other):
        with pytest.raises(FormNotFound):
            queries.form(card.pk, viewer=nobody)
        assert not queries.visible(nobody).exists()
    assert set(queries.visible(by_agent)) == {card}
    actions.save_form(survey.pk, content=Content.of(survey.draft), shared=True, by=manager)
    assert set(queries.visible(by_agent)) == {card, survey}
    with pytest.raises(FormNotYours):
        actions.save_form(survey.pk, content=Content(), by=by_agent)
    with pytest.raises(FormNotYours):
        actions.close_form(survey.pk, by=other)


@pytest.mark.django_db
def test_an_agent_makes_links_for_themselves_only(
    survey: Form, manager: Viewer, by_agent: Viewer, agent: Agent, user_as: object, org: Organisation
) -> None:
    actions.save_form(survey.pk, content=Content.of(survey.draft), shared=True, by=manager)
    assert actions.make_link(survey.pk, by=by_agent).agent == agent
    stranger = Agent.objects.get(user=user_as("agent", unit=org.sales_office))  # type: ignore[operator]
    with pytest.raises(LinkForOthers):
        actions.make_link(survey.pk, agent_id=stranger.pk, by=by_agent)
    assert actions.make_link(survey.pk, agent_id=stranger.pk, by=manager).agent == stranger


@pytest.mark.django_db
def test_an_address_is_well_formed_and_given_once(card: Form, survey: Form, by_agent: Viewer) -> None:
    content = Content.of(card.draft)
    with pytest.raises(SlugMalformed):
        actions.save_form(card.pk, content=content, slug="a b", by=by_agent)
    with pytest.raises(SlugTaken):
        actions.save_form(card.pk, content=content, slug=survey.slug, by=by_agent)
    assert actions.save_form(card.pk, content=content, slug="Li-Na", by=by_agent).slug == "li-na"
