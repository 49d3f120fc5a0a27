"""A book of definitions: the shipped ones in ``products/book``, and the checks across versions of one product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path as FilePath

from django.utils.translation import gettext_lazy as _

from keyuan.products.definition.faults import BadDefinition, Fault
from keyuan.products.definition.loading import load_tree
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.text import Tree, read

SHIPPED = FilePath(__file__).parent.parent / "book"

Entry = tuple[Tree, Definition]


def load_all(texts: Iterable[tuple[str, str | bytes]]) -> tuple[Definition, ...]:
    """The definitions of (file, text) pairs, checked each and together. Raises BadDefinition with the faults of all files."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for file, text in texts:
        try:
            tree = read(text, file=file)
            entries.append((tree, load_tree(tree)))
        except BadDefinition as bad:
            faults.extend(bad.faults)
    faults.extend(across(entries))
    if faults:
        raise BadDefinition(faults)
    return tuple(definition for _tree, definition in entries)


def across(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Versions of one product that share a number or a day. An open version ends where the next one begins."""
    ordered = sorted(entries, key=lambda entry: (entry[1].code, entry[1].effective_from, entry[1].version))
    for (_before_tree, before), (tree, after) in pairwise(ordered):
        if before.code != after.code:
            continue
        since, until = before.effective_from, before.effective_until
        gaps = {"code": after.code, "version": before.version, "since": since, "until": until}
        if before.version == after.version:
            yield tree.fault(("version",), _("%(code)s 的第%(version)s版已经有了。"), **gaps)
        elif before.version > after.version:
            yield tree.fault(
                ("version",),
                _("版本号要随生效日增大：%(code)s 第%(version)s版自 %(since)s 起，早于本版。"),
                **gaps,
            )
        elif before.effective_from == after.effective_from:
            yield tree.fault(
                ("effective_from",), _("%(code)s 第%(version)s版也从 %(since)s 起生效，日期重叠。"), **gaps
            )
        elif before.effective_until is not None and before.effective_until > after.effective_from:
            yield tree.fault(
                ("effective_from",), _("%(code)s 第%(version)s版要到 %(until)s 才终止，日期重叠。"), **gaps
            )


@cache
def shipped_texts() -> tuple[tuple[str, Definition], ...]:
    """The texts that Keyuan ships, each with its definition, by code and version."""
    files = sorted(SHIPPED.glob("*.yaml"))
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in files]
    found = zip((text for _name, text in texts), load_all(texts), strict=True)
    return tuple(sorted(found, key=lambda pair: (pair[1].code, pair[1].version)))


def shipped() -> tuple[Definition, ...]:
    """The definitions that Keyuan ships, by code and version."""
    return tuple(definition for _text, definition in shipped_texts())
