"""The tables of insight: what was worked out of the book, never the book itself."""

from keyuan.insight.models.profit import CustomerProfit, ProfitRun
from keyuan.insight.models.scores import ModelDrift, ModelVersion, Score

__all__ = ["CustomerProfit", "ModelDrift", "ModelVersion", "ProfitRun", "Score"]
