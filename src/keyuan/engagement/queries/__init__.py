"""Every read of the engagement room; each names its viewer. What visitors see is in ``public``."""

from keyuan.engagement.queries.forms import FormFilter, FormSeen, form, listed, rows_of, the_form, visible
from keyuan.engagement.queries.results import (
    Bar,
    QuestionResult,
    Results,
    exported,
    results,
)
from keyuan.engagement.queries.scope import ResultFilter, visible_submissions
from keyuan.engagement.queries.submissions import SubmissionSeen, filled_by_customer, filled_by_prospect, submissions

__all__ = [
    "Bar",
    "FormFilter",
    "FormSeen",
    "QuestionResult",
    "ResultFilter",
    "Results",
    "SubmissionSeen",
    "exported",
    "filled_by_customer",
    "filled_by_prospect",
    "form",
    "listed",
    "results",
    "rows_of",
    "submissions",
    "the_form",
    "visible",
    "visible_submissions",
]
