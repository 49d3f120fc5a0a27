"""Three custom fields as an insurer would define them, with values for the book's first customers and policies."""

from __future__ import annotations

from django.db import connection

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import system_viewer
from keyuan.customfields.actions import FieldDraft, define_field
from keyuan.customfields.models import FieldDefinition
from keyuan.customfields.shapes import Choice
from keyuan.customfields.states import FieldType, RecordKind

CAMPAIGNS = (
    Choice("expo", "车展", "Motor show"),
    Choice("community", "社区讲座", "Community talk"),
    Choice("referral_week", "老客户推荐周", "Referral week"),
    Choice("livestream", "直播间", "Livestream"),
)
RENEWAL_WISHES = (
    Choice("same", "原方案续保", "Same cover"),
    Choice("more", "希望提高保障", "More cover"),
    Choice("cheaper", "希望降低保费", "Lower premium"),
)
# A large book has no more of it than a small one.
FILLED = 3000


def define_and_fill() -> None:
    """Define the fields, once, and give about every third of the first customers and policies a value."""
    if FieldDefinition.objects.exists():
        return
    by = system_viewer("demo")
    campaign = FieldDraft(
        name="获客活动", name_en="Campaign", choices=CAMPAIGNS, section="获客", section_en="Acquisition"
    )
    budget = FieldDraft(
        name="年度保费预算",
        name_en="Yearly premium budget",
        section="获客",
        section_en="Acquisition",
        help="客户自己说的预算，不是估算。",
        help_en="What the customer said, not an estimate.",
    )
    wish = FieldDraft(
        name="续保意愿", name_en="Renewal wish", choices=RENEWAL_WISHES, edit=Permission.CONTACT_CUSTOMERS
    )
    define_field(RecordKind.PERSON, "campaign", FieldType.CHOICE, campaign, by=by)
    define_field(RecordKind.PERSON, "premium_budget", FieldType.MONEY, budget, by=by)
    define_field(RecordKind.POLICY, "renewal_wish", FieldType.CHOICE, wish, by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET custom = jsonb_build_object('campaign', (%s::text[])[1 + id %% 4],"
            " 'premium_budget', 2000 + 500 * (id %% 17)) WHERE kind = 'individual' AND synthetic AND id %% 3 = 0"
            " AND id <= (SELECT min(id) + %s FROM customers_customer)",
            [[choice.code for choice in CAMPAIGNS], FILLED],
        )
        cursor.execute(
            "UPDATE policies_policy SET custom = jsonb_build_object('renewal_wish', (%s::text[])[1 + id %% 3])"
            " WHERE id %% 3 = 0 AND id <= (SELECT min(id) + %s FROM policies_policy)",
            [[choice.code for choice in RENEWAL_WISHES], FILLED],
        )
