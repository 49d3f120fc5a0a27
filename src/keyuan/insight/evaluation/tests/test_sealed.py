import numpy as np
import polars as pl
import pytest

from keyuan.insight.evaluation.judging import Measure, on_test, out_of_fold
from keyuan.insight.evaluation.results import Record
from keyuan.insight.evaluation.sealed import Answers, LeakingColumn, Training, split
from keyuan.insight.learning.metrics import auc

FRAME = pl.DataFrame({"id": range(10), "x": [float(n) for n in range(10)], "y": [0, 1] * 5})


def parts():
    return split(FRAME, test=FRAME["id"] >= 6, answer="y", who="id")


def test_the_parts_are_disjoint_and_complete():
    found = parts()
    assert found.training.frame["id"].to_list() == [0, 1, 2, 3, 4, 5]
    assert found.asked["id"].to_list() == [6, 7, 8, 9]


def test_the_answer_is_in_neither_frame():
    assert "y" not in parts().training.frame.columns
    assert "y" not in parts().asked.columns


def test_answers_do_not_show_themselves():
    answers = parts().answers
    assert repr(answers) == "Answers(4 rows, sealed)"
    assert not [name for name in vars(answers) if not name.startswith("_Answers__")]


def test_a_row_in_both_parts_is_refused():
    with pytest.raises(ValueError, match="in both parts"):
        split(FRAME, test=FRAME["id"] >= 6, training=FRAME["id"] <= 6, answer="y", who="id")


def test_rows_of_neither_part_are_left_out():
    found = split(FRAME, test=FRAME["id"] >= 8, training=FRAME["id"] < 3, answer="y", who="id")
    assert (found.training.frame.height, found.asked.height) == (3, 2)


@pytest.mark.parametrize("name", ["x", "x_last"])
def test_a_leaking_column_or_one_made_from_it_is_refused(name):
    with pytest.raises(LeakingColumn):
        split(FRAME.rename({"x": name}), test=FRAME["id"] >= 6, answer="y", who="id", leaks=("x",))


def test_half_a_prediction_is_not_judged():
    with pytest.raises(ValueError, match="every row"):
        Answers(np.array([0.0, 1])).judge(np.array([0.5]), lambda truth, said: 0)
    with pytest.raises(ValueError, match="every row"):
        Answers(np.array([0.0, 1])).judge(np.array([0.5, np.nan]), lambda truth, said: 0)


def test_whoever_teaches_sees_only_the_training_part():
    seen = []

    def teach(training: Training):
        seen.append(training)
        return lambda frame: frame["x"].to_numpy().copy()

    (line,) = on_test("d", parts(), teach, teach, [Measure("AUC", auc, "high", Record(0.5, ""))], baseline_is="", on="")
    assert all(training.frame["id"].max() == 5 and len(training.truth) == 6 for training in seen)
    assert line.ours.value == 0.75
    assert line.met


def test_out_of_fold_each_row_is_judged_by_a_model_without_it():
    training = parts().training

    def teach(part: Training):
        known = set(part.frame["id"].to_list())
        return lambda frame: np.array([float(key in known) for key in frame["id"].to_list()])

    assert out_of_fold(training, teach, np.array([0, 1, 0, 1, 0, 1])).tolist() == [0.0] * 6
