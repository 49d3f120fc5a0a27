"""What ``train`` and ``score`` share: the names of models, and what may be wrong with a book, a mapping or a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from keyuan.cli.beginning import CannotBegin

#: Taught on a file.
MODELS = ("lapse", "cross_sell")
#: Taught on our own tables.
OWN = ("lapse_own",)


def own_model(name: str) -> bool:
    """Whether a model is taught on our own tables."""
    return name.replace("-", "_") in OWN


def model_named(name: str) -> str:
    """The model of that name (``cross-sell`` is ``cross_sell``); raises CannotBegin."""
    found = name.replace("-", "_")
    if found not in MODELS:
        raise CannotBegin(
            "no_such_model",
            zh=f"没有模型“{name}”。有：{'、'.join((*MODELS, *OWN))}。",
            en=f"There is no model {name}. There are: {', '.join((*MODELS, *OWN))}.",
        )
    return found


@contextmanager
def refused() -> Iterator[None]:
    """Turns what is wrong with files into one sentence."""
    from keyuan.insight.evaluation.sealed import LeakingColumn
    from keyuan.insight.learning.frames import MissingColumns
    from keyuan.insight.learning.store import UnusableModel
    from keyuan.insight.renewing.book import UnusableBook

    try:
        yield
    except LeakingColumn as error:
        raise CannotBegin(
            "leaking_column",
            zh=f"映射用了到期日还不知道的列：{'、'.join(error.columns)}。",
            en=f"The mapping reads columns that are not known on the day of renewal: {', '.join(error.columns)}.",
        ) from None
    except (UnusableBook, MissingColumns) as error:
        raise CannotBegin("unusable_book", zh=f"这份数据或映射用不了：{error}", en=f"Unusable: {error}") from None
    except UnusableModel as error:
        raise CannotBegin(
            "unusable_model",
            zh=f"模型用不了：{error}。请先运行 keyuan train。",
            en=f"The model cannot be used: {error}. Run 'keyuan train' first.",
        ) from None
