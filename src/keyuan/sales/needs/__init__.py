"""The needs conversation: what a household told, what is missing, and what could fill it. Pure but for words."""

from keyuan.sales.needs.facts import NeedsFacts, needs_of
from keyuan.sales.needs.gaps import Assumptions, Gap, assumptions, gaps
from keyuan.sales.needs.suggesting import Suggested, Suggestion, suggest

__all__ = ["Assumptions", "Gap", "NeedsFacts", "Suggested", "Suggestion", "assumptions", "gaps", "needs_of", "suggest"]
