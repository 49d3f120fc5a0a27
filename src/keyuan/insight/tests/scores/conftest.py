"""One drawn book, its features and the model taught on it, for all tests of this room."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pytest

from keyuan.demo.tests.conftest import AS_OF, Drawn, draw
from keyuan.insight.scores import leaving
from keyuan.insight.scores.ground import Ground
from keyuan.insight.scores.known import features
from keyuan.insight.scores.training import Trained, train
from keyuan.insight.tests.scores.book import ground_of


@dataclass(frozen=True)
class Known:
    """The book, and what was known of it on the days that the model learns from."""

    drawn: Drawn
    ground: Ground
    rows: pl.DataFrame


@pytest.fixture(scope="session")
def known() -> Known:
    drawn = draw(seed=7, customers=3000)
    ground = ground_of(drawn)
    return Known(drawn, ground, features(ground, leaving.days_to_learn_from(ground.until), labels=True))


@pytest.fixture(scope="session")
def trained(known: Known) -> Trained:
    return train(known.ground, on=AS_OF, draws=30)
