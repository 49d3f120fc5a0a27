"""A ladder from its text. What is wrong is said all at once, each with its line, as for the definition of a product."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.policies.states import PaymentMode
from keyuan.products.definition.faults import BadDefinition, Fault, Path
from keyuan.products.definition.text import Tree, read
from keyuan.products.states import Line
from keyuan.tiers.rules import Benefit, Factor, Ladder, Tier, Wording
from keyuan.tiers.states import LadderCode, RulesBy, Who

BOOK = FilePath(__file__).parent / "book"
LONGEST = 40_000
MOST_TIERS = 20
MOST_QUOTA = 1000
KEYS = ("ladder", "source", "verified", "rules_by", "membership_months", "counts", "factors", "tiers", "benefits")


def load(text: str, *, code: str, number: int) -> Ladder:
    """The ladder that a text writes down. Raises BadDefinition with every fault."""
    reader = _Reader(read(text, file=f"{code}-{number}.yaml"))
    made = reader.ladder(code, number)
    if reader.faults or made is None:
        raise BadDefinition(reader.faults)
    return made


def faults_of(text: str, *, code: str, number: int) -> tuple[Fault, ...]:
    """The faults of a text; none if it is sound."""
    try:
        load(text, code=code, number=number)
    except BadDefinition as bad:
        return bad.faults
    return ()


@dataclass
class _Reader:
    tree: Tree
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, path: Path, message: Any, **gaps: Any) -> None:
        self.faults.append(self.tree.fault(path, message, **gaps))

    # -- single values --------------------------------------------------------------------------------------------

    def mapping(self, value: Any, path: Path, *, keys: tuple[str, ...], may: tuple[str, ...] = ()) -> Mapping[Any, Any]:
        """A mapping with exactly these keys (and some that it may have)."""
        if not isinstance(value, Mapping):
            self.wrong(path, _("这里应是一组“名称: 值”。"))
            return {}
        for key in keys:
            if key not in value:
                self.wrong(path, _("缺少“%(key)s”。"), key=key)
        for key in value:
            if key not in keys and key not in may:
                self.wrong((*path, key), _("没有“%(key)s”这一项。"), key=key)
        return value

    def rows(self, value: Any, path: Path, *, most: int) -> tuple[Any, ...]:
        if not isinstance(value, tuple) or not value:
            self.wrong(path, _("这里应是一个列表，至少有一行。"))
            return ()
        if len(value) > most:
            self.wrong(path, _("最多%(most)s行。"), most=most)
        return value

    def number(self, value: Any, path: Path, *, least: int = 0, most: int = 10**12) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not least <= value <= most:
            self.wrong(path, _("应是%(least)s到%(most)s之间的数。"), least=least, most=most)
            return Decimal(least)
        return Decimal(value)

    def whole(self, value: Any, path: Path, *, least: int = 0, most: int) -> int:
        found = self.number(value, path, least=least, most=most)
        if found != int(found):
            self.wrong(path, _("应是整数。"))
        return int(found)

    def flag(self, value: Any, path: Path) -> bool:
        if not isinstance(value, bool):
            self.wrong(path, _("应是 true 或 false。"))
        return bool(value)

    def one_of(self, value: Any, path: Path, known: Any, otherwise: Any) -> Any:
        if value not in known:
            told = "、".join(map(str, known))
            self.wrong(path, _("没有“%(value)s”；可以用：%(known)s。"), value=value, known=told)
            return otherwise
        return value

    def wording(self, value: Any, path: Path) -> Wording:
        read = self.mapping(value, path, keys=("zh", "en"))
        for key in ("zh", "en"):
            if key in read and (not isinstance(read[key], str) or not read[key].strip() or len(read[key]) > 300):
                self.wrong((*path, key), _("应是一段文字，不超过300字。"))
        return Wording(str(read.get("zh", "")), str(read.get("en", "")))

    # -- the parts ------------------------------------------------------------------------------------------------

    def ladder(self, code: str, number: int) -> Ladder | None:
        root = self.mapping(self.tree.root, (), keys=KEYS)
        if not root:
            return None
        if root.get("ladder") != code:
            self.wrong(("ladder",), _("这份文本应写“ladder: %(code)s”。"), code=code)
        counts = self.mapping(root.get("counts"), ("counts",), keys=("in_cooling_off", "paid_up"))
        tiers = self.tiers(root.get("tiers"))
        return Ladder(
            code=LadderCode(code).value,
            number=number,
            rules_by=RulesBy(self.one_of(root.get("rules_by"), ("rules_by",), RulesBy.values, RulesBy.PREMIUM)),
            months=self.whole(root.get("membership_months"), ("membership_months",), least=1, most=60),
            in_cooling_off=self.flag(counts.get("in_cooling_off"), ("counts", "in_cooling_off")),
            paid_up=self.flag(counts.get("paid_up"), ("counts", "paid_up")),
            factors=self.factors(root.get("factors")),
            tiers=tiers,
            benefits=self.benefits(root.get("benefits"), {tier.level for tier in tiers}),
            source=self.wording(root.get("source"), ("source",)),
            verified=self.flag(root.get("verified"), ("verified",)),
        )

    def factors(self, value: Any) -> tuple[Factor, ...]:
        found = []
        rows = self.rows(value, ("factors",), most=40)
        for place, row in enumerate(rows):
            path: Path = ("factors", place)
            may = ("lines", "modes", "years_below", "long_term")
            read = self.mapping(row, path, keys=("name", "factor"), may=may)
            found.append(
                Factor(
                    factor=self.number(read.get("factor"), (*path, "factor"), most=10),
                    name=self.wording(read.get("name"), (*path, "name")),
                    lines=self.several(read, "lines", path, Line.values),
                    modes=self.several(read, "modes", path, PaymentMode.values),
                    years_below=self.whole(read["years_below"], (*path, "years_below"), least=1, most=100)
                    if "years_below" in read
                    else None,
                    long_term=self.flag(read["long_term"], (*path, "long_term")) if "long_term" in read else None,
                )
            )
        if found and found[-1] != Factor(found[-1].factor, found[-1].name):
            self.wrong(
                ("factors", len(found) - 1), _("最后一条要符合所有保单：不写 lines、modes、years_below、long_term。")
            )
        return tuple(found)

    def several(self, row: Mapping[Any, Any], key: str, path: Path, known: Any) -> frozenset[Any] | None:
        if key not in row:
            return None
        values = self.rows(row[key], (*path, key), most=40)
        return frozenset(self.one_of(one, (*path, key, at), known, known[0]) for at, one in enumerate(values))

    def tiers(self, value: Any) -> tuple[Tier, ...]:
        found: list[Tier] = []
        for place, row in enumerate(self.rows(value, ("tiers",), most=MOST_TIERS)):
            path: Path = ("tiers", place)
            read = self.mapping(row, path, keys=("level", "name", "premium", "contribution"))
            tier = Tier(
                level=self.whole(read.get("level"), (*path, "level"), most=99),
                name=self.wording(read.get("name"), (*path, "name")),
                premium=self.number(read.get("premium"), (*path, "premium")),
                contribution=self.number(read.get("contribution"), (*path, "contribution")),
            )
            if not found and (tier.level or tier.premium or tier.contribution):
                self.wrong(path, _("第一行是没有等级的客户：level、premium、contribution 都是 0。"))
            if found and not (
                tier.level > found[-1].level
                and tier.premium > found[-1].premium
                and tier.contribution > found[-1].contribution
            ):
                self.wrong(path, _("每一行的 level、premium、contribution 都要大于上一行。"))
            found.append(tier)
        return tuple(found)

    def benefits(self, value: Any, levels: set[int]) -> tuple[Benefit, ...]:
        found: list[Benefit] = []
        if value == ():
            return ()
        for place, row in enumerate(self.rows(value, ("benefits",), most=60)):
            path: Path = ("benefits", place)
            read = self.mapping(row, path, keys=("code", "name", "how", "who", "quotas"))
            code = read.get("code")
            if not isinstance(code, str) or not code.isidentifier() or len(code) > 40:
                self.wrong((*path, "code"), _("代码用小写字母、数字和下划线，不超过40个字符。"))
            if any(one.code == code for one in found):
                self.wrong((*path, "code"), _("代码“%(code)s”写了两次。"), code=code)
            found.append(
                Benefit(
                    code=str(code),
                    name=self.wording(read.get("name"), (*path, "name")),
                    how=self.wording(read.get("how"), (*path, "how")),
                    who=frozenset(map(Who, self.several(read, "who", path, Who.values) or ())),
                    quotas=self.quotas(read.get("quotas"), (*path, "quotas"), levels),
                )
            )
        return tuple(found)

    def quotas(self, value: Any, path: Path, levels: set[int]) -> tuple[tuple[int, int | None], ...]:
        if not isinstance(value, Mapping) or not value:
            self.wrong(path, _("这里应写从哪一级起几次，如 {1: 1, 3: 2}。"))
            return ()
        found: list[tuple[int, int | None]] = []
        for level, often in value.items():
            if level not in levels or level == 0:
                self.wrong((*path, level), _("阶梯中没有第%(level)s级。"), level=level)
                continue
            times = None if often == "unlimited" else self.whole(often, (*path, level), most=MOST_QUOTA)
            found.append((level, times))
        found.sort(key=lambda one: one[0])
        if any(_less(after, before) for (_a, before), (_b, after) in itertools.pairwise(found)):
            self.wrong(path, _("级别越高，次数不能越少。"))
        return tuple(found)


def _less(after: int | None, before: int | None) -> bool:
    return after is not None and (before is None or after < before)
