"""Every write of the 360 room: saved views, lists, tags, bulk work."""

from keyuan.customer360.actions.bulk import carry_out, start_bulk
from keyuan.customer360.actions.kept import forget_view, make_list, save_view
from keyuan.customer360.actions.marking import add_to_list, remove_from_list, tag_customers, untag_customers

__all__ = [
    "add_to_list",
    "carry_out",
    "forget_view",
    "make_list",
    "remove_from_list",
    "save_view",
    "start_bulk",
    "tag_customers",
    "untag_customers",
]
