"""How a fragment answers: done (with the events that tell the page what changed), or the form again with what was typed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from keyuan.kernel.refusals import Refusal

# The 360 page listens for this to put its dialog away.
DIALOG_DONE = "c360:done"


def done(
    request: HttpRequest, told: str | Promise, *, changed: Iterable[str], undo: dict[str, str] | None = None
) -> HttpResponse:
    """A fragment that says what was done; ``changed`` are the names of the events for the pieces of the page."""
    response = render(request, "servicedesk/parts/done.html", {"told": told})
    toast: dict[str, Any] = {"tone": "success", "text": str(told)}
    if undo is not None:
        toast["undo"] = undo
    events = dict.fromkeys(changed, True) | {DIALOG_DONE: True, "keyuan:toast": toast}
    response["HX-Trigger"] = json.dumps(events)
    return response


def form_again(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The form as it was typed with what is wrong beside each field; nothing typed is lost."""
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def put_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Say the refusal beside the field it is about, or on top of the form."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, " ".join(filter(None, (str(refusal), refusal.what_to_do))))
