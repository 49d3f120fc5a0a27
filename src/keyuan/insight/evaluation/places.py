"""Where the public data lie, and what to fetch if they do not. None of them is shipped: their licences differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """The folder of a data set, its files, and how it is called where it is published."""

    folder: str
    files: tuple[str, ...]
    title: str


SOURCES: Mapping[str, Source] = {
    "coil2000": Source(
        "coil2000",
        ("ticdata2000.txt", "ticeval2000.txt"),
        "The Insurance Company Benchmark (COIL 2000), UCI Machine Learning Repository, doi:10.24432/C5630S",
    ),
    "cross_sell_health": Source(
        "cross_sell_health",
        ("cross_sell_sample.parquet",),
        "Health Insurance Cross Sell Prediction (Analytics Vidhya JanataHack; Kaggle: anmolkumar)",
    ),
    "spain_motor": Source(
        "spain_motor",
        ("motor_portfolio.csv.gz",),
        "Segura-Gisbert, Lledó, Pavía: Dataset of an actual motor vehicle insurance portfolio, doi:10.17632/5cxyb5fp4f.2",
    ),
    "fremtpl2": Source(
        "fremtpl2",
        ("freMTPL2freq.parquet",),
        "freMTPL2freq and freMTPL2sev of CASdatasets (Dutang, Charpentier), with the splits of Wüthrich and Merz (2023)",
    ),
    "eudirectlapse": Source(
        "casdatasets", ("eudirectlapse.parquet",), "eudirectlapse of CASdatasets (Dutang, Charpentier)"
    ),
    "beMTPL97": Source("casdatasets", ("beMTPL97.parquet",), "beMTPL97 of CASdatasets (Dutang, Charpentier)"),
    "zimnat": Source("zimnat_products", ("Train.csv.gz",), "Zimnat Insurance Recommendation Challenge (Zindi, 2020)"),
}


class NotThere(Exception):
    """Files of a data set are not in the folder; ``title`` says what to fetch."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.title = name, folder, SOURCES[name].title
        super().__init__(
            f"{name}: put {', '.join(SOURCES[name].files)} into {folder / SOURCES[name].folder}: {self.title}"
        )


def standard() -> Path:
    """``$KEYUAN_SHARED/data``, else ``../shared/data`` beside the project."""
    shared = os.environ.get("KEYUAN_SHARED")
    return (Path(shared) if shared else Path(__file__).resolve().parents[5] / "shared") / "data"


def found(name: str, folder: Path) -> Path:
    """The folder of the data set; raises NotThere."""
    source = SOURCES[name]
    place = folder / source.folder
    if not all((place / file).is_file() for file in source.files):
        raise NotThere(name, folder)
    return place
