"""Every read of the underwriting room; each names its viewer."""

from keyuan.underwriting.queries.applications import (
    ApplicationFilter,
    counts,
    listed,
    of_customer,
    the_application,
    visible,
)
from keyuan.underwriting.queries.authority import Held, authorities, limits_of, people
from keyuan.underwriting.queries.replaying import Changed, Replay, replay
from keyuan.underwriting.queries.versions import Model, in_force, in_force_of, rule_sets, shipped, the_version, versions

__all__ = [
    "ApplicationFilter",
    "Changed",
    "Held",
    "Model",
    "Replay",
    "authorities",
    "counts",
    "in_force",
    "in_force_of",
    "limits_of",
    "listed",
    "of_customer",
    "people",
    "replay",
    "rule_sets",
    "shipped",
    "the_application",
    "the_version",
    "versions",
    "visible",
]
