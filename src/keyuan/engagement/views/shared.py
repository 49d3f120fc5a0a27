"""What the pages of the room share: tones, the reader's language, addresses of public pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from keyuan.engagement.models import Form
from keyuan.engagement.states import FormStatus

TONES = {FormStatus.DRAFT: "off", FormStatus.OPEN: "good", FormStatus.CLOSED: "calm"}
# The link of the form itself, without an agent or an occasion of its own.
PLAIN = "plain"


def language() -> str:
    """The language of the page: texts of forms follow it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def address_of(request: HttpRequest, form: Form, code: str = "") -> str:
    """The whole address on which the form is filled in."""
    arguments = [form.slug, code] if code and code != PLAIN else [form.slug]
    return request.build_absolute_uri(reverse("engagement:fill", args=arguments))
