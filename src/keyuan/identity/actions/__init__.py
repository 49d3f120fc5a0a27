"""Every write of the room."""

from keyuan.identity.actions.codes import Redeemed, redeem, send_code

__all__ = ["Redeemed", "redeem", "send_code"]
