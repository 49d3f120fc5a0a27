"""The certificate policy: open to everybody, named in every certificate."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.trust import authorities, queries
from keyuan.trust.keys import configured
from keyuan.trust.pki.profiles import PROFILES
from keyuan.trust.states import COMPANY_ROLES, Role


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What our certificates mean, how one gets and loses one, how to check what we signed."""
    published = [
        {
            "name": name,
            "root": role == Role.ROOT,
            "certificate": authorities.loaded(der),
            "print": authorities.loaded(der).fingerprint(hashes.SHA256()).hex(":").upper(),
        }
        for name, role, der in queries.published()
    ]
    context = {
        "company": configured().company,
        "arc": configured().policy_arc,
        "address": configured().address,
        "published": published,
        "days": [(role.label, PROFILES[role].days) for role in (*COMPANY_ROLES, Role.CUSTOMER)],
        "customer_days": PROFILES["customer"].days,
        "demo": queries.is_demo(),
    }
    return render(request, "trust/policy.html", context)
