"""What is tried before a version may be published, and what came of it. Run again at publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_noop

from keyuan.accounts.four_eyes import digest_of
from keyuan.products.definition import BadDefinition, Definition
from keyuan.products.definition.book import across
from keyuan.products.definition.loading import load_tree
from keyuan.products.definition.text import read
from keyuan.products.describing import yuan
from keyuan.products.preview import priced, samples
from keyuan.products.rating.entries import defaults

MOST_DETAILS = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: ``name`` is a sentence to translate; ``details`` is what it found, empty where there is nothing to say."""

    name: str
    passed: bool
    details: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


FORMAT = gettext_noop("格式、代码、费率表和附加险依赖都正确")
DATES = gettext_noop("与已发布的各版日期不重叠")
PRICED = gettext_noop("样本风险都能算出保险费")
RISING = gettext_noop("保额越高，保险费不会更低")
PINNED = gettext_noop("已发布的各版仍能按原文读出，摘要不变")


def tried(
    file: str, text: str, *, published: Sequence[tuple[str, str, str]]
) -> tuple[Definition | None, tuple[Trial, ...]]:
    """The definition of a text, if it can be read, and every trial. ``published``: (file, text, digest) of the others."""
    try:
        tree = read(text, file=file)
        definition = load_tree(tree)
    except BadDefinition as bad:
        return None, (Trial(FORMAT, False, tuple(map(str, bad.faults))),)
    others = [(known, load_tree(known)) for known in (read(one[1], file=one[0]) for one in published)]
    overlaps = [str(fault) for fault in across([*others, (tree, definition)])]
    broken = [name for name, known, told in published if digest_of(known) != told]
    trials = (
        Trial(FORMAT, True),
        Trial(DATES, not overlaps, tuple(overlaps)),
        Trial(PINNED, not broken, tuple(broken)),
        all_priced(definition),
        *rising(definition),
    )
    return definition, trials


def all_priced(definition: Definition) -> Trial:
    """What a form begins with has a price, and no sample lacks a cell or a premium."""
    found = [
        ("", priced(definition, defaults(definition))),
        *((one.label, one.after) for one in samples(definition, None)),
    ]
    details = [
        f"{label} {one.refusal}".strip() for label, one in found if one.unpriced or (not label and not one.price)
    ]
    return Trial(PRICED, not details, tuple(details[:MOST_DETAILS]))


def rising(definition: Definition) -> tuple[Trial, ...]:
    """Premiums at the least, the usual and the greatest sum do not fall."""
    told = definition.sum_insured
    if told is None:
        return ()
    sums = sorted({told.min, told.default, told.max})
    prices = [(amount, priced(definition, defaults(definition) | {"sum": f"{amount:f}"}).price) for amount in sums]
    yearly = [(amount, one.yearly.amount) for amount, one in prices if one is not None]
    falls = [f"{yuan(low)} → {yuan(high)}" for (low, cheap), (high, dear) in pairwise(yearly) if dear < cheap]
    return (Trial(RISING, not falls, tuple(falls)),)
