"""Every write of the room."""

from keyuan.identity.actions.checks import CONSENT_WORDING, check, decide_by_hand, end_cut_off, give_to_customer
from keyuan.identity.actions.codes import Redeemed, redeem, send_code

__all__ = [
    "CONSENT_WORDING",
    "Redeemed",
    "check",
    "decide_by_hand",
    "end_cut_off",
    "give_to_customer",
    "redeem",
    "send_code",
]
