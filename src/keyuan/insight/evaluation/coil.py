"""CoIL 2000: of 4,000 customers of a Dutch insurer, name the 800 most likely to hold a caravan policy (238 of them do).

The answers of the 4,000 are not published with the data used here, so that nothing can be chosen on them. The value in the
table is what folds of the training file promise: the share of all buyers found in the best fifth of each fold, times 238.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression

from keyuan.insight.evaluation.judging import out_of_fold
from keyuan.insight.evaluation.places import found
from keyuan.insight.evaluation.results import Line, Record
from keyuan.insight.evaluation.sealed import Training
from keyuan.insight.evaluation.study import Outcome, Predict, Teach
from keyuan.insight.learning.arrays import Matrix, Vector, Whole
from keyuan.insight.learning.blending import mean_rank, ranks
from keyuan.insight.learning.folds import each, stratified
from keyuan.insight.learning.frames import floats
from keyuan.insight.learning.intervals import bootstrap
from keyuan.insight.learning.metrics import captured, first
from keyuan.insight.learning.target import TargetMean
from keyuan.insight.learning.target import out_of_fold as target_out_of_fold


def _words(text: str) -> list[str]:
    return text.split()


AREA = _words(
    "MOSTYPE MAANTHUI MGEMOMV MGEMLEEF MOSHOOFD MGODRK MGODPR MGODOV MGODGE MRELGE MRELSA MRELOV MFALLEEN MFGEKIND MFWEKIND "
    "MOPLHOOG MOPLMIDD MOPLLAAG MBERHOOG MBERZELF MBERBOER MBERMIDD MBERARBG MBERARBO MSKA MSKB1 MSKB2 MSKC MSKD MHHUUR "
    "MHKOOP MAUT1 MAUT2 MAUT0 MZFONDS MZPART MINKM30 MINK3045 MINK4575 MINK7512 MINK123M MINKGEM MKOOPKLA"
)
PRODUCTS = _words(
    "WAPART WABEDR WALAND PERSAUT BESAUT MOTSCO VRAAUT AANHANG TRACTOR WERKT BROM LEVEN PERSONG GEZONG WAOREG BRAND ZEILPL "
    "PLEZIER FIETS INBOED BYSTAND"
)
PREMIUMS = [f"P{name}" for name in PRODUCTS]
COUNTS = [f"A{name}" for name in PRODUCTS]
COLUMNS = [*AREA, *PREMIUMS, *COUNTS]
# What of the neighbourhood may matter for a caravan: schooling, income, farmers, renting, cars, age, children, faith.
NEIGHBOURS = _words(
    "MOPLHOOG MOPLLAAG MINKGEM MKOOPKLA MRELGE MAUT1 MHHUUR MBERBOER MGODGE MGEMLEEF MFWEKIND MSKA MSKD MINK123M MINK7512 "
    "MGODPR MBERMIDD"
)
LEVELS = {"PPERSAUT": (0, 5, 6), "PBRAND": (0, 1, 2, 3, 4, 5, 6), "PWAPART": (0, 1, 2)}
BUYERS, CALLED = 238, 800
RECORD = Record(121, "Elkan, winner of the CoIL Challenge 2000 (van der Putten, de Ruiter, van Someren 2000)")
REPEATS = (1, 2, 3)
Score = Callable[[Matrix], Vector]
Learner = Callable[[Matrix, Vector], Score]


def read(folder: Path) -> tuple[Training, pl.DataFrame]:
    """The training file with its answers, and the file of the 4,000 without."""
    taught = _table(folder / "ticdata2000.txt", [*COLUMNS, "CARAVAN"])
    asked = _table(folder / "ticeval2000.txt", COLUMNS)
    truth = taught["CARAVAN"].cast(pl.Float64).to_numpy()
    return Training(taught.drop("CARAVAN"), truth, tuple(map(str, range(taught.height)))), asked


def _table(path: Path, columns: list[str]) -> pl.DataFrame:
    # Some lines end in a space.
    texts = pl.read_csv(path, separator="\t", has_header=False, new_columns=columns, infer_schema=False)
    return texts.select(pl.all().str.strip_chars().cast(pl.Int64))


def features(frame: pl.DataFrame, kind_of_area: Vector) -> Matrix:
    """Premium classes as levels (they are no scale), what is held at all, the neighbourhood, and cover that goes together.

    ``kind_of_area``: the target mean of MOSTYPE, learnt elsewhere.
    """
    held = floats(frame, COUNTS) > 0
    levels = [floats(frame, [name]) == np.array(values)[None, :] for name, values in LEVELS.items()]
    car, fire = frame["PPERSAUT"].to_numpy(), frame["PBRAND"].to_numpy()
    return np.column_stack(
        [
            *levels,
            held,
            np.minimum(frame["APERSAUT"].to_numpy(), 2),
            floats(frame, NEIGHBOURS),
            (car == 6) & np.isin(fire, (3, 4)),
            held.sum(axis=1),
            floats(frame, PREMIUMS).sum(axis=1),
            np.log(kind_of_area),
        ]
    ).astype(np.float64)


def _taught(training: Training, learner: Learner) -> Predict:
    inner = stratified(training.truth, 10, seed=7)
    areas = training.frame["MOSTYPE"]
    x = features(training.frame, target_out_of_fold(areas, training.truth, inner, prior=30))
    means, scales = x.mean(axis=0), x.std(axis=0) + 1e-9
    area = TargetMean.learn(areas, training.truth, prior=30)
    score = learner((x - means) / scales, training.truth)
    return lambda frame: score((features(frame, area(frame["MOSTYPE"])) - means) / scales)


def _logistic(x: Matrix, truth: Vector) -> Score:
    model = LogisticRegression(C=0.01, max_iter=1000).fit(x, truth)
    return lambda asked: np.asarray(model.decision_function(asked), dtype=np.float64)


def _sparse(x: Matrix, truth: Vector) -> Score:
    model = LogisticRegression(C=0.05, l1_ratio=1.0, solver="liblinear", random_state=1, max_iter=1000)
    model.fit(x, truth)
    return lambda asked: np.asarray(model.decision_function(asked), dtype=np.float64)


def _forest(x: Matrix, truth: Vector) -> Score:
    model = ExtraTreesClassifier(300, min_samples_leaf=5, max_features=0.3, random_state=1, n_jobs=1).fit(x, truth)
    return lambda asked: model.predict_proba(asked)[:, 1]


MEMBERS: Mapping[str, Learner] = {
    "logistic": _logistic,
    "sparse": _sparse,
    "forest": _forest,
}
# What may be chosen: each alone, and means of their ranks.
CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("logistic",),
    ("sparse",),
    ("forest",),
    ("logistic", "sparse"),
    ("logistic", "forest"),
    ("logistic", "sparse", "forest"),
)


def blend(names: tuple[str, ...]) -> Teach:
    def teach(training: Training) -> Predict:
        members = [_taught(training, MEMBERS[name]) for name in names]
        return lambda frame: mean_rank([member(frame) for member in members])

    return teach


def plain(training: Training) -> Predict:
    """The baseline: logistic regression on the 85 columns as they are."""
    x = floats(training.frame, COLUMNS)
    means, scales = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.01, max_iter=1000).fit((x - means) / scales, training.truth)
    return lambda frame: np.asarray(model.decision_function((floats(frame, COLUMNS) - means) / scales))


def within_folds(said: Vector, fold: Whole) -> Vector:
    """Ranks inside each fold: its best fifth is what would be called."""
    placed = np.empty(len(said))
    for _learn, judge in each(fold):
        placed[judge] = ranks(said[judge])
    return placed


def choose(training: Training) -> tuple[tuple[str, ...], Vector, dict[str, float]]:
    """The candidate that finds most buyers among the best fifth of each fold, on the training file alone."""
    folds = [stratified(training.truth, 5, seed=seed) for seed in REPEATS]
    alone = {
        name: [within_folds(out_of_fold(training, blend((name,)), fold), fold) for fold in folds] for name in MEMBERS
    }
    found_by: dict[tuple[str, ...], float] = {}
    mixed = {}
    for names in CANDIDATES:
        mixed[names] = [
            within_folds(mean_rank([alone[name][place] for name in names]), fold) for place, fold in enumerate(folds)
        ]
        found_by[names] = float(np.mean([captured(training.truth, said, CALLED / 4000) for said in mixed[names]]))
    best = max(CANDIDATES, key=lambda names: found_by[names])
    return best, mixed[best][0], {"+".join(names): BUYERS * share for names, share in found_by.items()}


def study(data: Path) -> Outcome:
    training, asked = read(found("coil2000", data))
    names, said, tried = choose(training)
    base = within_folds(out_of_fold(training, plain, _fold(training)), _fold(training))
    share = bootstrap(
        lambda weight: captured(training.truth, said, CALLED / 4000, weight), len(training.truth), drawn=4000
    )
    called = listing(blend(names)(training)(asked))
    line = Line(
        "coil2000",
        "buyers among 800",
        share.times(BUYERS),
        BUYERS * captured(training.truth, base, CALLED / 4000),
        "logistic regression on the 85 columns",
        RECORD,
        "high",
        "5 folds of ticdata2000.txt, scaled to 238 buyers; interval for one file of 4,000",
        f"chosen on the training file: {'+'.join(names)}; tried: "
        + ", ".join(f"{name} {value:.1f}" for name, value in tried.items()),
    )
    return Outcome((line,), {"coil2000_top800.csv": called})


def listing(said: Vector) -> str:
    """The 800 rows of the highest scores, by their number in the file, from 1."""
    return "row\n" + "".join(f"{row}\n" for row in sorted((first(said, CALLED) + 1).tolist()))


def _fold(training: Training) -> Whole:
    return stratified(training.truth, 5, seed=REPEATS[0])
