"""A definition in words: lengths of time, what a coverage pays, the building blocks, the rates."""

from keyuan.products.describing.covers import conditions, pays
from keyuan.products.describing.rates import RateTable, rate_facts, rate_tables
from keyuan.products.describing.sections import Fact, Section, sections
from keyuan.products.describing.words import age, listed, mode, percent, span, spans, yuan

__all__ = [
    "Fact",
    "RateTable",
    "Section",
    "age",
    "conditions",
    "listed",
    "mode",
    "pays",
    "percent",
    "rate_facts",
    "rate_tables",
    "sections",
    "span",
    "spans",
    "yuan",
]
