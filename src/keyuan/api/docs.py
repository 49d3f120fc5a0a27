"""The page of the API's documentation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from ninja.openapi.docs import Swagger

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI


class Docs(Swagger):
    """Swagger with the scripts of this site: django-ninja takes them from elsewhere unless it is an app of its own name."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        told = {**self.settings, "url": self.get_openapi_url(api, kwargs)}
        return render(request, self.template, {"swagger_settings": json.dumps(told), "api": api, "add_csrf": True})
