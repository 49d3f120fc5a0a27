"""A version is drafted, submitted, and published by another person; what was published never changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.products import actions, queries
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.definition import BadDefinition
from keyuan.products.models import Product, ProductVersion
from keyuan.products.refusals import (
    AnotherProduct,
    ChangedMeanwhile,
    DraftExists,
    NotADraft,
    NotOnSale,
    ProductNotFound,
    ReasonMissing,
    SecondPersonNeeded,
    StartsInThePast,
    TrialsFailed,
    VersionNotFound,
    WholeCompanyNeeded,
)
from keyuan.products.states import VersionState

Make = Callable[..., Viewer]
pytestmark = pytest.mark.django_db


@pytest.fixture
def book(db: None) -> None:
    offer_shipped_products()


@pytest.fixture
def author(viewer_as: Make) -> Viewer:
    return viewer_as(Role.UNDERWRITER)


@pytest.fixture
def approver(viewer_as: Make) -> Viewer:
    return viewer_as(Role.ADMINISTRATOR)


def drafted(by: Viewer, old: str = "interest: 2%", new: str = "interest: 1.5%") -> ProductVersion:
    draft = actions.draft_version("TRM", by=by)
    text = draft.text.replace(old, new)
    return actions.change_draft("TRM", 2, text, seen_digest=draft.digest, by=by)


def kinds() -> list[str]:
    found = Event.objects.filter(subject_type="product", subject_id="TRM").order_by("id")
    return list(found.values_list("name", flat=True))


def test_the_shipped_book_is_offered_once(book: None) -> None:
    assert ProductVersion.objects.count() == Product.objects.count() == 13
    assert offer_shipped_products() == 0
    assert {row.state for row in ProductVersion.objects.all()} == {VersionState.PUBLISHED}
    assert queries.version("TRM") is queries.version("TRM", number=1)


def test_a_product_that_is_only_shipped_is_answered_from_the_shipped_book() -> None:
    assert queries.version("TRM", on=today()).version == 1
    with pytest.raises(ProductNotFound):
        queries.version("XYZ")
    with pytest.raises(VersionNotFound):
        queries.version("TRM", number=2)


def test_the_way_of_a_version_from_draft_to_force(book: None, author: Viewer, approver: Viewer) -> None:
    draft = drafted(author)
    assert (draft.number, draft.state) == (2, VersionState.DRAFT)
    assert actions.submit_version("TRM", 2, by=author).state == VersionState.SUBMITTED
    published = actions.publish_version("TRM", 2, by=approver)
    assert (published.state, published.published_by) == (VersionState.PUBLISHED, approver.name)
    assert [trial["passed"] for trial in published.trials] == [True] * 5
    assert kinds() == [
        "product.version_published",
        "product.version_drafted",
        "product.version_changed",
        "product.version_submitted",
        "product.version_published",
    ]


def test_a_quote_that_pinned_a_version_keeps_it(book: None, author: Viewer, approver: Viewer) -> None:
    before = queries.version("TRM", number=1)
    drafted(author)
    actions.submit_version("TRM", 2, by=author)
    assert queries.version("TRM", on=today()).version == 1
    actions.publish_version("TRM", 2, by=approver)
    assert queries.version("TRM", on=today()).version == 2
    assert queries.version("TRM", on=today() - timedelta(days=1)).version == 1
    assert queries.version("TRM", number=1) is before


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_published(book: None, verb: str) -> None:
    rows = ProductVersion.objects.filter(code="TRM")
    with pytest.raises(DatabaseError, match="was published"), transaction.atomic():
        rows.update(text="x") if verb == "update" else rows.delete()
    assert rows.get().text.startswith("# 顶梁柱")


def test_who_wrote_any_of_it_cannot_publish_it(book: None, viewer_as: Make) -> None:
    first, second = viewer_as(Role.MANAGER), viewer_as(Role.MANAGER)
    draft = drafted(first)
    text = draft.text.replace("default: 500000", "default: 600000")
    actions.change_draft("TRM", 2, text, seen_digest=draft.digest, by=second)
    actions.submit_version("TRM", 2, by=first)
    for one in (first, second):
        with pytest.raises(SecondPersonNeeded):
            actions.publish_version("TRM", 2, by=one)
    assert queries.version("TRM").version == 1
    assert actions.publish_version("TRM", 2, by=viewer_as(Role.MANAGER)).state == VersionState.PUBLISHED


def test_who_may_not_is_refused(book: None, viewer_as: Make, org: object) -> None:
    for role in (Role.AGENT, Role.HOTLINE, Role.CLAIMS, Role.CUSTOMER):
        with pytest.raises(NotPermitted):
            actions.draft_version("TRM", by=viewer_as(role))
    with pytest.raises(WholeCompanyNeeded):
        actions.draft_version("TRM", by=viewer_as(Role.MANAGER, unit=org.branch))  # type: ignore[attr-defined]
    drafted(viewer_as(Role.UNDERWRITER))
    actions.submit_version("TRM", 2, by=viewer_as(Role.UNDERWRITER))
    with pytest.raises(NotPermitted):
        actions.publish_version("TRM", 2, by=viewer_as(Role.UNDERWRITER))


def test_a_text_with_faults_is_kept_as_a_draft_but_cannot_be_submitted(book: None, author: Viewer) -> None:
    drafted(author, "interest: 2%", "interest: lots")
    with pytest.raises(BadDefinition) as bad:
        actions.submit_version("TRM", 2, by=author)
    assert bad.value.faults[0].path == "rating.interest"
    row = ProductVersion.objects.get(code="TRM", number=2)
    assert (row.state, "interest: lots" in row.text) == (VersionState.DRAFT, True)
    assert "product.version_submitted" not in kinds()


@pytest.mark.parametrize(("old", "new"), [("version: 2", "version: 3"), ("code: TRM", "code: TRX")])
def test_a_text_of_another_version_cannot_be_submitted(book: None, author: Viewer, old: str, new: str) -> None:
    drafted(author, old, new)
    with pytest.raises(AnotherProduct):
        actions.submit_version("TRM", 2, by=author)


def test_dates_that_overlap_a_published_version_are_refused(book: None, author: Viewer) -> None:
    draft = actions.draft_version("TRM", by=author)
    text = draft.text.replace(f"effective_from: {today()}", "effective_from: 2026-01-01")
    actions.change_draft("TRM", 2, text, seen_digest=draft.digest, by=author)
    with translation.override("zh-hans"), pytest.raises(TrialsFailed, match="日期重叠"):
        actions.submit_version("TRM", 2, by=author)


def test_a_version_that_should_have_begun_already_is_not_published(
    book: None, author: Viewer, approver: Viewer
) -> None:
    drafted(author, f"effective_from: {today()}", f"effective_from: {today() - timedelta(days=1)}")
    actions.submit_version("TRM", 2, by=author)
    with pytest.raises(StartsInThePast):
        actions.publish_version("TRM", 2, by=approver)


def test_what_somebody_else_saved_is_not_overwritten(book: None, author: Viewer, approver: Viewer) -> None:
    draft = actions.draft_version("TRM", by=author)
    actions.change_draft("TRM", 2, draft.text + "# a", seen_digest=draft.digest, by=approver)
    with pytest.raises(ChangedMeanwhile):
        actions.change_draft("TRM", 2, draft.text + "# b", seen_digest=draft.digest, by=author)
    assert ProductVersion.objects.get(code="TRM", number=2).text.endswith("# a")


def test_one_draft_at_a_time(book: None, author: Viewer) -> None:
    actions.draft_version("TRM", by=author)
    with pytest.raises(DraftExists):
        actions.draft_version("TRM", by=author)
    actions.discard_draft("TRM", 2, by=author)
    assert actions.draft_version("TRM", by=author).number == 2


def test_a_submitted_version_is_changed_only_after_it_was_returned(
    book: None, author: Viewer, approver: Viewer
) -> None:
    draft = drafted(author)
    actions.submit_version("TRM", 2, by=author)
    with pytest.raises(NotADraft):
        actions.change_draft("TRM", 2, draft.text + "#", seen_digest=draft.digest, by=author)
    with pytest.raises(ReasonMissing):
        actions.return_version("TRM", 2, reason=" ", by=approver)
    assert actions.return_version("TRM", 2, reason="利率写错了", by=approver).remark == "利率写错了"
    assert actions.change_draft("TRM", 2, draft.text + "#", seen_digest=draft.digest, by=author).text.endswith("#")
    with pytest.raises(NotADraft):
        actions.publish_version("TRM", 2, by=approver)


def test_after_a_withdrawal_the_version_before_is_in_force_and_the_number_still_answers(
    book: None, author: Viewer, approver: Viewer
) -> None:
    drafted(author)
    actions.submit_version("TRM", 2, by=author)
    actions.publish_version("TRM", 2, by=approver)
    actions.withdraw_version("TRM", 2, reason="费率有误", by=approver)
    assert queries.version("TRM", on=today()).version == 1
    assert queries.version("TRM", number=2).version == 2
    actions.withdraw_version("TRM", 1, reason="停售", by=approver)
    with pytest.raises(NotOnSale):
        queries.version("TRM", on=today())
    assert queries.version("TRM", number=1).version == 1


def test_a_new_product_begins_with_its_first_version(book: None, author: Viewer, approver: Viewer) -> None:
    text = ProductVersion.objects.get(code="TRM").text.replace("code: TRM", "code: TRN")
    with pytest.raises(AnotherProduct):
        actions.begin_product(text.replace("version: 1", "version: 4"), by=author)
    actions.begin_product(text.replace("2026-01-01", str(today())), by=author)
    assert not Product.objects.filter(code="TRN").exists()
    actions.submit_version("TRN", 1, by=author)
    actions.publish_version("TRN", 1, by=approver)
    assert Product.objects.get(code="TRN").name_en == "Breadwinner Term Life"


def test_strangers_and_customers_see_no_version_and_the_front_line_no_draft(
    book: None, author: Viewer, viewer_as: Make
) -> None:
    drafted(author)
    for nobody in (STRANGER, viewer_as(Role.CUSTOMER)):
        assert queries.catalogue(viewer=nobody) == ()
        with pytest.raises(ProductNotFound):
            queries.versions("TRM", viewer=nobody)
    assert [row.number for row in queries.versions("TRM", viewer=viewer_as(Role.AGENT))] == [1]
    assert [row.number for row in queries.versions("TRM", viewer=author)] == [2, 1]
    with pytest.raises(VersionNotFound):
        queries.the_version("TRM", 2, viewer=viewer_as(Role.AGENT))
