"""Every read of the sales room; each names its viewer, and a stranger sees nothing."""

from keyuan.sales.queries.known import Known, KnownPerson, known
from keyuan.sales.queries.listing import (
    BoardColumn,
    ProspectFilter,
    ProspectRow,
    board,
    listed,
    rows_of,
    stage_counts,
)
from keyuan.sales.queries.one import HistoryLine, ProspectSeen, history, prospect, the_prospect
from keyuan.sales.queries.proposals import (
    ProposalFilter,
    ProposalSeen,
    link,
    offered,
    plan_of,
    plans_of,
    proposal,
    proposals_for,
    proposals_listed,
    proposals_visible,
    seen_proposal,
    seller_grade,
    suggested,
    the_plan,
)
from keyuan.sales.queries.quote_list import QuoteFilter, QuoteRow, quote_rows, quotes_listed
from keyuan.sales.queries.quotes import QuoteSeen, quote, quotes_visible
from keyuan.sales.queries.referrals import ReferralNode, ReferralTree, referral_tree
from keyuan.sales.queries.scope import visible
from keyuan.sales.queries.sources import SourceFigures, source_figures

__all__ = [
    "BoardColumn",
    "HistoryLine",
    "Known",
    "KnownPerson",
    "ProposalFilter",
    "ProposalSeen",
    "ProspectFilter",
    "ProspectRow",
    "ProspectSeen",
    "QuoteFilter",
    "QuoteRow",
    "QuoteSeen",
    "ReferralNode",
    "ReferralTree",
    "SourceFigures",
    "board",
    "history",
    "known",
    "link",
    "listed",
    "offered",
    "plan_of",
    "plans_of",
    "proposal",
    "proposals_for",
    "proposals_listed",
    "proposals_visible",
    "prospect",
    "quote",
    "quote_rows",
    "quotes_listed",
    "quotes_visible",
    "referral_tree",
    "rows_of",
    "seen_proposal",
    "seller_grade",
    "source_figures",
    "stage_counts",
    "suggested",
    "the_plan",
    "the_prospect",
    "visible",
]
