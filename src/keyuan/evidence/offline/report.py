"""What a check found, part by part, in both languages: no catalogue is needed where there is no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A sentence in both languages."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


NOTHING = Said("", "")


class Range(NamedTuple):
    """Bytes of a member: the first and one after the last."""

    member: str
    first: int
    end: int


@dataclass(slots=True)
class Part:
    """One thing that was looked at. ``key`` names it for programs: ``policy``, ``signature:7``, ``line:1234``, ``batch:12``.

    ``told`` is what was found to hold; ``absent`` that it is not in this file.
    """

    key: str
    name: Said
    told: Said = NOTHING
    problems: list[Said] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    absent: bool = False

    @property
    def holds(self) -> bool:
        return not self.problems

    def fail(self, en: str, zh: str) -> None:
        """Something of this part does not hold."""
        said = Said(en, zh)
        if said not in self.problems:
            self.problems.append(said)

    def as_dict(self) -> dict[str, Any]:
        return {
            "part": self.key,
            "name": self.name._asdict(),
            "holds": self.holds,
            "absent": self.absent,
            "told": self.told._asdict(),
            "problems": [one._asdict() for one in self.problems],
            "ranges": [one._asdict() for one in self.ranges],
        }


@dataclass(slots=True)
class Report:
    """Everything that was looked at, in the order in which it is told."""

    parts: list[Part] = field(default_factory=list)
    title: Said = NOTHING

    @property
    def holds(self) -> bool:
        return bool(self.parts) and all(one.holds for one in self.parts)

    @property
    def failed(self) -> list[str]:
        """The keys of the parts that do not hold."""
        return [one.key for one in self.parts if not one.holds]

    def part(self, key: str, en: str, zh: str) -> Part:
        """The part of this key, made if it is new."""
        found = next((one for one in self.parts if one.key == key), None)
        if found is None:
            found = Part(key, Said(en, zh))
            self.parts.append(found)
        return found

    def as_dict(self) -> dict[str, Any]:
        return {"holds": self.holds, "title": self.title._asdict(), "parts": [one.as_dict() for one in self.parts]}

    def text(self, language: str) -> str:
        """The list for people: one line a part, what fails below it."""
        rows = [self.title.in_(language), ""] if self.title.en else []
        for one in self.parts:
            rows += _rows(one, language)
        verdict = (
            Said("Everything holds.", "全部核对无误。")
            if self.holds
            else Said("This evidence does NOT hold.", "核对未通过，证据不成立。")
        )
        return "\n".join([*rows, "", verdict.in_(language)])


def _rows(one: Part, language: str) -> list[str]:
    mark = "–" if one.absent and one.holds else "✓" if one.holds else "✗"
    told = one.told.in_(language)
    rows = [
        f"{mark} {one.name.in_(language)}" + (f"{': ' if language.startswith('en') else '：'}{told}" if told else "")
    ]
    rows += [f"    {said.in_(language)}" for said in one.problems]
    words = Said("bytes", "字节").in_(language)
    rows += [f"    {place.member}: {words} {place.first}–{place.end - 1}" for place in one.ranges]
    return rows
