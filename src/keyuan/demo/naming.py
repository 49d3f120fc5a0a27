"""Names by surname frequency and by the fashion of the year of birth."""

from __future__ import annotations

from keyuan.demo.facts import City, Industry, world
from keyuan.demo.streams import Stream


def surname(stream: Stream) -> str:
    return stream.weighted(world().surnames, world().surname_weights)


def person_name(stream: Stream, *, born: int, male: bool, family: str | None = None) -> str:
    """A full name; ``family`` gives the surname of a child."""
    cohort = next(cohort for cohort in world().cohorts if born < cohort.until)
    signs = cohort.male if male else cohort.female
    first = stream.pick(signs)
    second = stream.pick(signs) if stream.chance(cohort.two) else ""
    if second == first and male:
        second = ""
    return f"{surname(stream) if family is None else family}{first}{second}"


def family_of(name: str) -> str:
    """The surname that a name begins with."""
    return name[:2] if name[:2] in world().surnames else name[:1]


def company_name(stream: Stream, city: City, industry: Industry) -> str:
    words = world().words["company_words"]
    form = "股份有限公司" if industry.nature == "股份制" else "有限公司"
    return f"{city.name.removesuffix('市')}{stream.pick(words)}{stream.pick(words)}{stream.pick(industry.words)}{form}"
