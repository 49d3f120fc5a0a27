"""The glossary is what the code says: names, labels, and words that are not used."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation

from tests.architecture.source import PROJECT, modules, names, shown, words

TERMS: list[dict[str, Any]] = tomllib.loads((PROJECT / "docs" / "glossary.toml").read_text(encoding="utf-8"))["term"]
CHINESE = re.compile(r"[一-鿿]")


def label(reference: str) -> str:
    """The Chinese label of ``policies.states.PolicyStatus.IN_GRACE`` or ``policies.models.Policy.number``."""
    room, module, owner, member = reference.split(".")
    holder = getattr(import_module(f"keyuan.{room}.{module}"), owner)
    with translation.override("zh-hans"):
        if hasattr(holder, "_meta"):
            return str(holder._meta.get_field(member).verbose_name)
        return str(getattr(holder, member).label)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["identifier"])
def test_a_term_is_complete(term: dict[str, Any]) -> None:
    assert set(term) <= {"identifier", "english", "chinese", "definition", "banned", "labels"}
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", term["identifier"])
    assert CHINESE.search(term["chinese"])
    assert not CHINESE.search(term["english"])
    assert term["definition"].endswith(".")
    assert len(term["definition"].split()) >= 5


def test_a_term_is_listed_once() -> None:
    identifiers = [words(term["identifier"]) for term in TERMS]
    assert len(identifiers) == len(set(identifiers))
    english = [term["english"].lower() for term in TERMS]
    assert len(english) == len(set(english))


def test_every_table_is_in_the_glossary() -> None:
    listed = {words(term["identifier"]) for term in TERMS}
    tables = {model.__name__ for model in apps.get_models() if model.__module__.startswith("keyuan.")}
    assert not sorted(name for name in tables if words(name) not in listed)


@pytest.mark.parametrize("term", [term for term in TERMS if "labels" in term], ids=lambda term: term["identifier"])
def test_screens_call_it_what_the_glossary_calls_it(term: dict[str, Any]) -> None:
    assert {reference: label(reference) for reference in term["labels"]} == dict.fromkeys(
        term["labels"], term["chinese"]
    )


def test_banned_synonyms_do_not_occur_as_names() -> None:
    banned = {words(word): term["identifier"] for term in TERMS for word in term.get("banned", ())}
    listed = {words(term["identifier"]) for term in TERMS}
    assert not set(banned) & listed, "a word cannot be a term and banned"
    pattern = re.compile(r"\b(" + "|".join(re.escape(word) for word in sorted(banned, key=len, reverse=True)) + r")\b")
    found = [
        f"{shown(path)}:{line} {name}: say {banned[match.group(1)]}"
        for path in modules()
        for line, name in names(path)
        if (match := pattern.search(words(name)))
    ]
    assert not found, "\n".join(found)
