import json

import numpy as np
import polars as pl
import pytest

from keyuan.insight.learning import linear, store
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.calibration import Curve
from keyuan.insight.learning.folds import by_key, each, stratified
from keyuan.insight.learning.frames import Design, Encoding, MissingColumns
from keyuan.insight.learning.models import Blend, Boosted
from keyuan.insight.learning.reasons import importance, top
from keyuan.insight.learning.target import TargetMean, out_of_fold

RECIPE = Recipe("binary", 20, {"num_leaves": 4, "min_data_in_leaf": 10, "feature_fraction": 0.9}, seeds=(1, 2))


@pytest.fixture(scope="module")
def book():
    random = np.random.default_rng(3)
    rows = 600
    frame = pl.DataFrame(
        {
            "age": random.integers(18, 90, rows),
            "noise": random.normal(size=rows),
            "city": random.choice(["苏州", "上海", "北京"], rows),
        }
    )
    raw = (frame["age"].to_numpy() - 50) / 10 + (frame["city"] == "上海").to_numpy() * 2
    return frame, (random.random(rows) < 1 / (1 + np.exp(-raw))).astype(float)


@pytest.fixture(scope="module")
def boosted(book):
    return Boosted.teach(*book, RECIPE, numbers=("age", "noise"), categories=("city",))


def test_a_level_never_seen_and_nothing_are_both_unknown():
    seen = pl.DataFrame({"n": [1, 2], "c": ["b", "a"]})
    encoding = Encoding.learn(seen, numbers=("n",), categories=("c",))
    found = encoding.matrix(pl.DataFrame({"c": ["a", "b", "new", None], "n": [1, None, 3, 4]}))
    assert found[:2, 1].tolist() == [0, 1]
    assert np.isnan(found[2:, 1]).all()
    assert np.isnan(found[1, 0])


def test_a_missing_column_is_named():
    encoding = Encoding.learn(pl.DataFrame({"n": [1]}), numbers=("n",))
    with pytest.raises(MissingColumns, match="columns missing: n"):
        encoding.matrix(pl.DataFrame({"m": [1]}))


def test_an_encoding_comes_back_from_json():
    encoding = Encoding.learn(pl.DataFrame({"n": [1], "c": ["x"]}), numbers=("n",), categories=("c",))
    assert Encoding.from_dict(json.loads(json.dumps(encoding.as_dict()))) == encoding


def test_categories_come_back_in_the_order_of_the_matrix_whatever_order_json_puts_names_in(tmp_path):
    random = np.random.default_rng(5)
    frame = pl.DataFrame({"zone": random.choice(["x", "y", "z"], 900), "area": random.choice(["p", "q"], 900)})
    truth = ((frame["zone"] == "y").to_numpy() & (random.random(900) < 0.9)).astype(float)
    taught = Boosted.teach(frame, truth, RECIPE, numbers=(), categories=("zone", "area"))
    kept = store.keep(tmp_path, "m", Blend((taught,), (1.0,)), told={}, taught_on="2026-11-23")
    loaded = store.load(kept)[0].boosted()
    assert loaded.encoding.names == ("zone", "area")
    assert loaded.raw(frame).tolist() == taught.raw(frame).tolist()


def test_a_design_standardises_and_takes_nothing_for_the_mean():
    design = Design.learn(
        pl.DataFrame({"n": [1.0, 3.0, None], "c": ["x", "y", "x"]}), numbers=("n",), categories=("c",)
    )
    assert design.matrix(pl.DataFrame({"n": [3.0, None], "c": ["y", "z"]})).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert design.names == ("n", "c=x", "c=y")


def test_a_target_mean_is_drawn_to_the_mean_of_all():
    told = TargetMean.learn(pl.Series(["a", "a", "b"]), np.array([1.0, 1, 0]), prior=1)
    assert told(pl.Series(["a", "b", "new"])).tolist() == pytest.approx([(2 + 2 / 3) / 3, (2 / 3) / 2, 2 / 3])


def test_out_of_fold_no_row_sees_its_own_answer():
    levels, truth = pl.Series(["a", "a", "a", "a"]), np.array([1.0, 0, 0, 0])
    found = out_of_fold(levels, truth, np.array([0, 0, 1, 1]), prior=0)
    assert found.tolist() == [0, 0, 0.5, 0.5]


def test_folds_keep_a_person_together_and_every_class_in_each():
    fold = by_key(["x", "y", "x", "z"], 3)
    assert fold[0] == fold[2]
    parts = stratified(np.array([1.0] * 5 + [0] * 20), 5, seed=1)
    assert all(np.bincount(parts[:5], minlength=5) == 1)
    assert sum(judge.sum() for _learn, judge in each(parts)) == 25


def test_the_same_rows_give_the_same_bytes(book, boosted):
    again = Boosted.teach(*book, RECIPE, numbers=("age", "noise"), categories=("city",))
    assert again.trees.texts == boosted.trees.texts


def test_the_driver_of_the_book_is_found_and_noise_is_not(book, boosted):
    shares = importance(boosted.contributions(book[0]), boosted.encoding.names)
    assert next(iter(shares)) == "age"
    assert shares["noise"] < shares["city"]


def test_contributions_add_up_to_the_score(book, boosted):
    assert boosted.contributions(book[0]).sum(axis=1) == pytest.approx(boosted.raw(book[0]))


def test_reasons_are_only_what_raised_the_score():
    found = top(np.array([[0.5, -1.0, 0.2, 9.0]]), np.array([[7.0, 8.0, np.nan]]), ("a", "b", "c"))
    assert [(reason.feature, reason.value) for reason in found[0]] == [("a", 7.0), ("c", None)]


def test_a_poisson_model_finds_the_rate_of_each_level():
    frame = pl.DataFrame({"c": ["x"] * 500 + ["y"] * 500})
    count = np.array([1.0] * 50 + [0] * 450 + [1.0] * 100 + [0] * 400)
    model = linear.poisson(
        frame, count, np.full(1000, 0.5), Design.learn(frame, numbers=(), categories=("c",)), penalty=0
    )
    assert np.exp(model.raw(frame))[[0, -1]] == pytest.approx([0.2, 0.4], rel=1e-3)


def test_a_model_comes_back_as_it_was_kept(book, boosted, tmp_path):
    frame, truth = book
    design = Design.learn(frame, numbers=("age",), categories=("city",))
    blend = Blend((boosted, linear.logistic(frame, truth, design)), (0.7, 0.3), Curve((-3.0, 3.0), (0.1, 0.9)))
    version = store.keep(tmp_path, "lapse", blend, told={"inputs": ["age"]}, taught_on="2026-11-23")
    again, told = store.load(store.newest(tmp_path, "lapse"))
    assert told == {"inputs": ["age"]}
    assert (again.chance(frame) == blend.chance(frame)).all()
    assert version == store.keep(tmp_path, "lapse", blend, told={"inputs": ["age"]}, taught_on="2026-11-23")


def test_a_changed_model_is_not_loaded(boosted, tmp_path):
    version = store.keep(tmp_path, "lapse", Blend((boosted,), (1.0,)), told={}, taught_on="2026-11-23")
    trees = version / "trees-0-0.txt"
    trees.write_text(trees.read_text().replace("num_leaves=4", "num_leaves=5", 1))
    with pytest.raises(store.UnusableModel, match="was changed"):
        store.load(version)


@pytest.mark.parametrize("file", ["../../secret.txt", "trees.pkl", "/trees-0-0.txt"])
def test_a_model_names_no_file_outside_its_folder(boosted, tmp_path, file):
    version = store.keep(tmp_path, "lapse", Blend((boosted,), (1.0,)), told={}, taught_on="2026-11-23")
    body = json.loads((version / "model.json").read_text())
    body["files"] = {file: "0"}
    (version / "model.json").write_text(json.dumps(body))
    with pytest.raises(store.UnusableModel, match="no file of a model"):
        store.load(version)


def test_what_is_no_model_is_refused_by_name(tmp_path):
    with pytest.raises(store.UnusableModel):
        store.newest(tmp_path, "lapse")
    (tmp_path / "model.json").write_text("[]")
    with pytest.raises(store.UnusableModel):
        store.load(tmp_path)
