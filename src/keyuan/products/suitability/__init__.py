"""Suitability 适当性: one executable rule set for the quote, the proposal, the sale, the script, the call-back and the audit.

``assess`` is pure: it is given the facts and the day, and says what it finds, each with its source. It never writes.
"""

from keyuan.products.suitability.facts import SuitabilityFacts
from keyuan.products.suitability.findings import Assessment, Finding, Level
from keyuan.products.suitability.needs import Need, needs_met
from keyuan.products.suitability.ruleset import RULES, Rule, assess

__all__ = [
    "RULES",
    "Assessment",
    "Finding",
    "Level",
    "Need",
    "Rule",
    "SuitabilityFacts",
    "assess",
    "needs_met",
]
