"""Shared tables are whole, say where they come from, and stand as their law says; a company brings its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from keyuan.products import tables as shelf
from keyuan.products.definition import BadDefinition, load
from keyuan.products.rating import price, risk_of
from keyuan.products.tables import AgeTable, TableFault, UnknownTable, read, read_csv, table, tables, tables_of
from keyuan.products.tables.laws import made

D = Decimal
SHARED = Path(os.environ.get("KEYUAN_SHARED", Path(__file__).resolve().parents[6] / "shared"))
OFFICIAL = SHARED / "data" / "cn" / "mortality" / "cl_2010_2013.csv"
BOOK = Path(__file__).parents[2] / "book"
INVENTED = """
source = "虚拟"
verified = false
doubt = "只供测试"
first_age = 18
[[table]]
code = "invented"
title = { zh = "虚拟表", en = "An invented table" }
values = ["0.1", "0.25", "1"]
"""


@pytest.fixture
def invented() -> AgeTable:
    (found,) = read(INVENTED, file="invented.toml")
    return found


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a company's own tables."""
    monkeypatch.setattr(shelf, "FOLDERS", [shelf.FOLDER])
    shelf.also_from(tmp_path)
    yield tmp_path
    tables.cache_clear()


def test_a_table_has_its_ages_its_source_and_its_doubts(invented: AgeTable) -> None:
    assert (invented.ages, invented.source, invented.verified, invented.doubt) == (
        range(18, 21),
        "虚拟",
        False,
        "只供测试",
    )
    assert invented.since(19) == (D("0.25"), D(1))


def test_an_age_or_a_table_that_is_not_there_is_refused_by_name(invented: AgeTable) -> None:
    with pytest.raises(ValueError, match="no age 21"):
        invented.since(21)
    assert "ky_life_dog" not in tables()
    with pytest.raises(UnknownTable):
        table("ky_life_dog")


@pytest.mark.parametrize("code", sorted(tables()))
def test_a_shipped_table_is_what_its_law_says_and_says_that_it_is_invented(code: str) -> None:
    found = tables()[code]
    told = {name: D(value) for name, value in found.law.items() if name != "name"}
    assert found.values == made(found.law["name"], told, first_age=0, last_age=105)
    assert found.ages == range(106)
    assert found.source.startswith("虚构")
    assert not found.verified
    assert set(found.title) == {"zh", "en"}


def test_the_shipped_tables_are_plausible() -> None:
    years = {code: found.expectation for code, found in tables().items() if found.law["name"] == "makeham"}
    assert {code: round(value, 1) for code, value in years.items()} == {
        "ky_life_male": D("76.6"),
        "ky_life_female": D("82.2"),
        "ky_savings_male": D("80.2"),
        "ky_savings_female": D("85.5"),
        "ky_annuity_male": D("82.8"),
        "ky_annuity_female": D("88.4"),
    }
    for age in range(105):
        for kind in ("life", "savings", "annuity"):
            assert table(f"ky_{kind}_female").values[age] < table(f"ky_{kind}_male").values[age] < 1
        for sex in ("male", "female"):
            death, savings, annuity = (table(f"ky_{kind}_{sex}").values[age] for kind in ("life", "savings", "annuity"))
            assert death > savings > annuity > 0
            ill, share = table(f"ky_illness_{sex}").values[age], table(f"ky_illness_deaths_{sex}").values[age]
            assert ill + (1 - share) * death < 1


def test_a_company_puts_the_official_table_in_its_place(company: Path) -> None:
    rows = "\n".join(f"{age},{D(age + 1) / 1000},{D(age + 1) / 1100:.6f}" for age in range(106))
    (company / "own.csv").write_text(f"# source: 公司报备所用的表\n# verified: yes\nage,own_m,own_f\n{rows}\n", "utf-8")
    tables.cache_clear()
    assert (table("own_m").source, table("own_m").verified, table("own_m").ages) == (
        "公司报备所用的表",
        True,
        range(106),
    )
    text = (BOOK / "term_life.yaml").read_text("utf-8")
    own = load(text.replace("ky_life_male", "own_m").replace("ky_life_female", "own_f"), file="own.yaml")
    raw = {"age": 35, "sex": "male", "sum": 500000, "cover_term": "20 years", "pay_years": 20}
    dearer = price(own, risk_of(own, raw)).yearly
    shipped = load(text, file="term_life.yaml")
    assert dearer.amount > 3 * price(shipped, risk_of(shipped, raw)).yearly.amount


def test_a_table_that_is_not_in_the_folder_is_unknown_to_a_definition(company: Path) -> None:
    text = (BOOK / "term_life.yaml").read_text("utf-8").replace("ky_life_male", "own_m")
    with pytest.raises(BadDefinition) as refused:
        load(text, file="own.yaml")
    assert [fault.path for fault in refused.value.faults] == ["rating.tables.mortality_male.use"]


def test_no_table_takes_the_place_of_another_silently(company: Path) -> None:
    (company / "own.csv").write_text("# source: x\nage,ky_life_male\n0,0.1\n", "utf-8")
    tables.cache_clear()
    with pytest.raises(TableFault, match=r"own\.csv: ky_life_male is there already"):
        tables()


def test_the_official_table_is_read_from_outside() -> None:
    if not OFFICIAL.exists():
        pytest.skip("the reference data beside the project (shared/data/cn/mortality) is not here")
    found = {
        one.code: one for one in read_csv("# source: reference\n" + OFFICIAL.read_text("utf-8"), file=OFFICIAL.name)
    }
    assert [round(found[code].expectation, 1) for code in ("CL1", "CL2")] == [D("76.4"), D("81.7")]
    assert [round(found[code].expectation, 1) for code in ("CL5", "CL6")] == [D("83.1"), D("88.1")]


def test_no_shipped_table_is_an_extract_of_the_official_one() -> None:
    if not OFFICIAL.exists():
        pytest.skip("the reference data beside the project (shared/data/cn/mortality) is not here")
    official = list(read_csv("# source: reference\n" + OFFICIAL.read_text("utf-8"), file=OFFICIAL.name))
    for one in tables().values():
        for other in official:
            alike = sum(mine == theirs for mine, theirs in zip(one.values, other.values, strict=True) if mine < 1)
            assert alike <= 5, (one.code, other.code)


HEAD = 'first_age = 0\nsource = ""\nverified = false\ndoubt = ""\n[[table]]\ncode = "a"\ntitle = {}\n'


@pytest.mark.parametrize(
    "text", ["first_age = 0", "[", HEAD + 'values = ["1.5"]', HEAD + 'values = ["x"]', HEAD + "values = []", HEAD]
)
def test_a_file_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(TableFault, match=r"a\.toml"):
        list(read(text, file="a.toml"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("age,a\n0,0.1", "source"),
        ("# source: s\nyear,a\n0,0.1", "head"),
        ("# source: s\nage,a,a\n0,0.1,0.1", "head"),
        ("# source: s\n", "head"),
        ("# source: s\nage,a\n0,0.1,0.2", "2 cells"),
        ("# source: s\nage,a\n0,0.1\n2,0.2", "1 is missing"),
        ("# source: s\nage,a\nx,0.1", "0 is missing"),
        ("# source: s\nage,a\n0,-0.1", "no probability"),
        ("# source: s\nage,a\n0,NaN", "no probability"),
        ("# source: s\nage,a\n0,", "no number"),
        ("# source: s\nage,a\n129,0.1\n130,0.1", "nobody reaches"),
    ],
)
def test_a_csv_that_cannot_be_right_says_why(text: str, reason: str) -> None:
    with pytest.raises(TableFault, match=rf"a\.csv: .*{reason}"):
        list(read_csv(text, file="a.csv"))


def test_other_files_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(TableFault, match="ends in"):
        tables_of(tmp_path / "a.xlsx")
    with pytest.raises(TableFault, match=r"gone\.csv"):
        tables_of(tmp_path / "gone.csv")
