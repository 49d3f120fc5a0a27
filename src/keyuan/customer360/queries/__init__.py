"""Every read of the 360 page: find, the overview, the timeline, the list. Each names its viewer."""

from keyuan.customer360.queries.finding import find, look_up, look_up_whole
from keyuan.customer360.queries.overview import overview
from keyuan.customer360.queries.timeline import timeline

__all__ = ["find", "look_up", "look_up_whole", "overview", "timeline"]
