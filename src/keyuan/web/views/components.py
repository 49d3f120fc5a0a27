"""Every component of the desk on one page, for those who build and those who run the site."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission


@staff_page()
def components(request: SignedInRequest) -> HttpResponse:
    if not (settings.DEBUG or request.viewer.may(Permission.MANAGE_USERS)):
        raise PermissionDenied
    return render(request, "web/components.html")
