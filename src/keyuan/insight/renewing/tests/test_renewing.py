from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from keyuan.insight.evaluation import spain
from keyuan.insight.evaluation.sealed import LeakingColumn
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.renewing import lapse
from keyuan.insight.renewing.book import MAPS, UnusableBook, columns, read
from keyuan.insight.renewing.features import CATEGORIES, HISTORY, NUMBERS, features
from keyuan.insight.renewing.vehicles import Vehicles

QUICK = Recipe("binary", 10, {"num_leaves": 4, "min_data_in_leaf": 20})
HEAD = (
    "ID;Date_start_contract;Date_last_renewal;Date_next_renewal;Date_birth;Date_driving_licence;Distribution_channel;Seniority;Lapse;"
    "Payment;Premium;Cost_claims_year;N_claims_year;Type_risk;Area;Second_driver;Year_matriculation;Power;Cylinder_capacity;N_doors;"
    "Type_fuel;Length;Weight"
)


def lines(policies=300, seed=1):
    random = np.random.default_rng(seed)
    for number in range(policies):
        birth = f"{number % 28 + 1:02}/03/{1950 + number % 40}"
        begin = date(2015, 11, 1) + timedelta(days=int(random.integers(0, 300)))
        for year in range(int(random.integers(1, 4))):
            day = begin.replace(year=begin.year + year, day=min(begin.day, 28))
            dear = random.normal()
            left = int(random.random() < 1 / (1 + np.exp(1 - dear)))
            yield ";".join(
                [
                    str(number),
                    f"{begin:%d/%m/%Y}",
                    f"{day:%d/%m/%Y}",
                    f"{day.replace(year=day.year + 1):%d/%m/%Y}",
                    birth,
                    f"01/05/{1975 + number % 40}",
                    "0;9",
                    str(left),
                    f"{number % 2};{300 * np.exp(dear / 5):.2f};0;{number % 3};3;1;0;2004;{80 + number % 7};1400;5;P;NA;1100",
                ]
            )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("\n".join([HEAD, *lines()]) + "\n")
    return path


@pytest.fixture
def book(file):
    return read(file, columns("spain_motor"))


def test_a_mapping_that_reads_what_the_future_knows_is_refused(tmp_path):
    text = (MAPS / "spain_motor.yaml").read_text()
    (tmp_path / "leaking.yaml").write_text(
        text.replace("  premium: Premium\n", "  premium: Premium\n  years: Seniority\n")
    )
    with pytest.raises(LeakingColumn, match="Seniority"):
        columns(str(tmp_path / "leaking.yaml"))


def test_a_frame_with_a_leaking_column_is_not_split(book):
    rows = book.with_columns(Policies_in_force=1, year=1)
    with pytest.raises(LeakingColumn, match="Policies_in_force"):
        spain.parts(rows, answer="lapsed", never=columns("spain_motor").never)


def test_renewals_to_2016_teach_and_those_of_2017_are_asked(book):
    found = spain.parts(book, answer="lapsed")
    assert found.training.frame["term_from"].max() <= date(2016, 12, 31)
    assert set(found.asked["term_from"].dt.year().to_list()) == {2017}
    later = book.filter(pl.col("term_from") > date(2017, 12, 31)).height
    assert found.training.frame.height + found.asked.height + later == book.height


def test_cutting_the_book_off_later_changes_no_feature(book):
    day = date(2016, 9, 1)
    names = ["policy", "term_from", *NUMBERS, *HISTORY, *CATEGORIES]
    whole = features(book).filter(pl.col("term_from") <= day).select(names)
    assert whole.equals(features(book.filter(pl.col("term_from") <= day)).select(names))


def test_the_outcome_of_the_year_itself_is_in_no_feature(book):
    turned = book.with_columns(
        lapsed=pl.when(pl.col("term_from") == pl.col("term_from").max().over("policy"))
        .then(1 - pl.col("lapsed"))
        .otherwise("lapsed"),
        claims=pl.when(pl.col("term_from") == pl.col("term_from").max().over("policy")).then(99.0).otherwise("claims"),
    )
    newest = pl.col("term_from") == pl.col("term_from").max().over("policy")
    names = [*NUMBERS, *HISTORY, *CATEGORIES]
    assert features(book).filter(newest).select(names).equals(features(turned).filter(newest).select(names))


def test_vehicles_are_judged_by_other_people(book):
    rows = features(book)
    alone = rows.with_columns(length=pl.when(pl.col("policy") == "0").then(3.33).otherwise("length"))
    truth = (alone["lapsed"] > 0).cast(pl.Float64).to_numpy()
    own = Vehicles.learn(alone, truth).add(alone).filter(pl.col("policy") == "0")
    assert own["model_common"].to_list() == [0.0] * own.height
    assert own["model_leaves"].to_list() == [truth.mean()] * own.height


def test_scores_are_one_for_each_policy_begun_and_need_no_answers(book):
    rows, truth = lapse.taught_on(book, date(2016, 12, 31))
    model = lapse.Lapse.teach(rows, truth, QUICK)
    day = date(2016, 6, 1)
    begun = book.filter(pl.col("term_from") <= day)["policy"].unique(maintain_order=True)
    found = lapse.scores(model, book.drop("lapsed"), day)
    assert sorted(found["policy"].to_list()) == sorted(begun.to_list())
    assert found["score"].is_between(0, 1).all()


def test_a_kept_model_scores_as_it_did(book):
    rows, truth = lapse.taught_on(book, date(2016, 12, 31))
    model = lapse.Lapse.teach(rows, truth, QUICK)
    again = lapse.Lapse.from_told(*model.told())
    assert (again.raw(rows) == model.raw(rows)).all()


def test_a_mapping_of_the_import_finds_the_shipped_one(tmp_path):
    (tmp_path / "own.yaml").write_text("book: spain_motor\nfiles: []\n")
    assert columns(str(tmp_path / "own.yaml")) == columns("spain_motor")


def test_a_missing_column_and_a_missing_mapping_are_named(file):
    file.write_text(file.read_text().replace("Premium", "Prem", 1))
    with pytest.raises(UnusableBook, match="lacks the columns Premium"):
        read(file, columns("spain_motor"))
    with pytest.raises(UnusableBook, match="spain_motor"):
        columns("nowhere")
