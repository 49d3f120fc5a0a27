"""In a real browser: a key that cannot be read, a certificate for it, a signature that our server and OpenSSL verify."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, fit

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers.models import Customer
from keyuan.trust import authorities, checks
from keyuan.trust.actions import sign_as_customer
from keyuan.trust.canonical import canonical
from keyuan.trust.models import Certificate
from keyuan.trust.signing import statement
from keyuan.trust.tests.conftest import Holder

ORDER = ("order", "KY-2026-000001")


@pytest.mark.browser
def test_a_customer_makes_a_key_signs_renews_and_revokes(
    page: Page,
    sign_in: SignIn,
    person: Callable[..., tuple[Customer, User]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(checks, "fresh_check", lambda customer_id, *, by: "check-9")
    customer, user = person()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/trust/")
    sign_in(user=user)
    page.goto("/home/certificate/")
    page.get_by_label("给这台设备起个名字").fill("我的手机")
    page.get_by_role("button", name="办理证书").click()
    expect(page.get_by_text("这台设备已有证书，可以签名。")).to_be_visible()
    made = Certificate.objects.get(customer=customer)
    # What is signed is canonical whatever its order, its script and its numbers.
    document = statement(ORDER, premium="386.00", holder="陈秀英", odd={"\u20ac": 1e21, "\r": [-0.0, 1.5, None]})
    told = page.evaluate("text => keyuanKeys.canonicalize(JSON.parse(text))", json.dumps(document))
    assert told.encode() == canonical(document)
    signed = page.evaluate("text => keyuanKeys.sign(JSON.parse(text))", json.dumps(document))
    assert signed["serial"] == made.serial
    kept = sign_as_customer(
        customer.pk,
        subject=ORDER,
        document=document,
        signature_b64u=signed["signature"],
        certificate_serial=signed["serial"],
        by=viewer_of(user),
    )
    assert kept.certificate_id == made.pk
    # The key cannot be taken out, by nobody.
    taken = "async () => crypto.subtle.exportKey('pkcs8', (await keyuanKeys.devices())[0].key).catch(e => e.name)"
    assert page.evaluate(taken) == "InvalidAccessError"
    _verified_by_openssl(made, tmp_path)
    fit(page, "own-certificates")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="换新证书").click()
    expect(page.locator(f"[data-own-device='{made.serial}']")).to_have_count(0)
    fresh = Certificate.objects.get(renews=made)
    expect(page.get_by_text("这台设备已有证书，可以签名。")).to_be_visible()
    assert page.evaluate("async () => (await keyuanKeys.devices()).map(one => one.serial)") == [fresh.serial]
    page.get_by_text("注销这张证书").click()
    page.get_by_role("button", name="注销", exact=True).click()
    expect(page.get_by_label("给这台设备起个名字")).to_be_visible()
    assert page.evaluate("async () => (await keyuanKeys.devices()).length") == 0
    assert Certificate.objects.get(pk=fresh.pk).revoked_at is not None


def _verified_by_openssl(made: Certificate, folder: Path) -> None:
    program: Any = shutil.which("openssl")
    if program is None:
        return
    row = Certificate.objects.select_related("issuer__issuer").get(pk=made.pk)
    issuing, root = authorities.above(row)
    chain: dict[str, x509.Certificate] = {"leaf": authorities.loaded(bytes(row.der)), "issuing": issuing, "root": root}
    for name, one in chain.items():
        (folder / name).write_bytes(one.public_bytes(Encoding.PEM))
    command = [program, "verify", "-x509_strict", "-CAfile", "root", "-untrusted", "issuing", "leaf"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.browser
def test_the_pages_of_staff_and_the_policy_are_fit_for_everybody(page: Page, sign_in: SignIn, holder: Holder) -> None:
    holder.sign(ORDER, premium="386.00")
    page.goto("/trust/")
    fit(page, "certificate-policy")
    sign_in(Role.MANAGER)
    for name, address in (("certificates", ""), ("certificate", f"{holder.certificate.serial}/")):
        page.goto(f"/desk/certificates/{address}")
        fit(page, name)
