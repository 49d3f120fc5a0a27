"""The rules of the splits, on made-up rows; on the real files where they are beside the project."""

import hashlib
import json

import numpy as np
import polars as pl
import pytest

from keyuan.insight.evaluation import coil, cross_sell, places, run
from keyuan.insight.evaluation.results import Line, Record, as_csv, as_text
from keyuan.insight.evaluation.study import Outcome
from keyuan.insight.learning.intervals import Interval


def here(name):
    try:
        return places.found(name, places.standard())
    except places.NotThere:
        pytest.skip(f"the data set {name} is not in ../shared/data")


def test_cross_sell_is_split_by_the_md5_of_the_id(tmp_path):
    ids = list(range(1, 400))
    frame = pl.DataFrame(
        {"id": ids, "Age": [30] * len(ids), "Response": [key % 2 for key in ids]},
    )
    frame.write_parquet(tmp_path / "cross_sell_sample.parquet")
    found = cross_sell.read(tmp_path)
    place = {key: int(hashlib.md5(str(key).encode(), usedforsecurity=False).hexdigest(), 16) % 100 for key in ids}
    assert found.asked["id"].to_list() == [key for key in ids if 20 <= place[key] < 36]
    assert found.training.frame["id"].to_list() == [key for key in ids if not 20 <= place[key] < 36]


def test_coil_names_800_different_rows_and_chooses_without_them(tmp_path):
    random = np.random.default_rng(1)
    (tmp_path / "coil2000").mkdir()
    taught = random.integers(0, 7, (300, 86))
    taught[:, 85] = random.random(300) < 0.2
    asked = random.integers(0, 7, (900, 85))
    for name, rows in (("ticdata2000.txt", taught), ("ticeval2000.txt", asked)):
        (tmp_path / "coil2000" / name).write_text("\n".join("\t".join(map(str, row)) + " " for row in rows) + "\n")
    training, rows = coil.read(tmp_path / "coil2000")
    assert (training.frame.height, rows.height) == (300, 900)
    assert "CARAVAN" not in [*training.frame.columns, *rows.columns]
    listed = coil.listing(coil.blend(("logistic",))(training)(rows)).split()
    assert listed[0] == "row"
    assert len({int(row) for row in listed[1:]}) == 800
    assert min(map(int, listed[1:])) >= 1
    assert max(map(int, listed[1:])) <= 900


def test_the_real_files_have_the_rows_that_their_records_were_made_on():
    training, asked = coil.read(here("coil2000"))
    assert (training.frame.height, int(training.truth.sum()), asked.height) == (5822, 348, 4000)


def test_what_is_not_there_is_told_with_its_title(tmp_path):
    report = run.evaluate(tmp_path, tmp_path / "out", only=("coil2000",))
    assert not report.lines
    assert "doi:10.24432/C5630S" in report.as_dict()["missing"][0]["fetch"]


LINE = Line("d", "AUC", Interval(0.6, 0.7, 0.8), 0.65, "plain", Record(0.72, "a book"), "high", "test rows")


def test_a_record_is_met_by_the_value_and_otherwise_it_is_said_by_how_much():
    assert LINE.met is False
    assert LINE.short_by == pytest.approx(0.02)
    assert "no, by 0.02" in as_text([LINE])


def test_lower_is_better_where_it_is():
    low = Line("d", "deviance", Interval(23, 23.5, 24), None, "", Record(23.577, ""), "low", "")
    assert low.met
    assert low.short_by is None


def test_results_are_written_as_json_and_csv(tmp_path, monkeypatch):
    class Made:
        @staticmethod
        def study(data):
            return Outcome((LINE,), {"extra.csv": "row\n1\n"})

    monkeypatch.setattr(run, "import_module", lambda name: Made)
    told = []
    report = run.evaluate(tmp_path, tmp_path, only=("coil2000",), told=lambda name, seconds: told.append(name))
    assert told == ["coil2000"]
    assert json.loads((tmp_path / "coil2000.json").read_text())[0]["ours"]["value"] == 0.7
    assert (tmp_path / "table.csv").read_text() == as_csv(report.lines)
    assert (tmp_path / "extra.csv").read_text() == "row\n1\n"
