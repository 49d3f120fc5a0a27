"""What the pages of the room share: tones, and a refusal beside its field."""

from __future__ import annotations

from django import forms

from keyuan.kernel.refusals import Refusal
from keyuan.sales.states import Stage

TONES = {
    Stage.NEW: "now",
    Stage.CONTACTED: "calm",
    Stage.QUALIFIED: "watch",
    Stage.PROPOSAL: "watch",
    Stage.WON: "good",
    Stage.LOST: "off",
}


def told(form: forms.Form, refusal: Refusal) -> None:
    """Say the refusal beside the field it is about, or on top of the form; nothing typed is lost."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, " ".join(filter(None, (str(refusal), refusal.what_to_do))))
