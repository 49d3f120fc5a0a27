"""How the states of billing look."""

from __future__ import annotations

from keyuan.billing.states import AttemptState, DifferenceState, RefundState

TONES = {
    AttemptState.OPEN: "calm",
    AttemptState.EXPIRED: "off",
    AttemptState.CLOSED: "off",
    AttemptState.HONOURED: "good",
    AttemptState.TO_REFUND: "now",
    AttemptState.REFUNDED: "watch",
}
REFUND_TONES = {RefundState.QUEUED: "watch", RefundState.DONE: "good", RefundState.FAILED: "bad"}
DIFFERENCE_TONES = {DifferenceState.OPEN: "now", DifferenceState.EXPLAINED: "good", DifferenceState.GONE: "off"}
