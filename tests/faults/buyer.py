"""Somebody who buys a journey's insurance online: from the shop to the policy, and again wherever the line was cut.

They do what a person with a browser does. An answer that does not come is not known to have failed: they open the order
once more and go on from the page that it shows.
"""

from __future__ import annotations

import base64
import html
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.faults.browser import Browser, NoAnswer, Page
from tests.faults.people import Person

JOURNEY = {"days": "7", "region": "asia", "plan": "classic", "ages": "30"}
STATEMENT = re.compile(r'<script id="statement" type="application/json">(.*?)</script>', re.DOTALL)
QUESTION = re.compile(r'type="radio" name="(answer\.[a-z_]+)" value="no"')
CHOICE = re.compile(r'<select[^>]* name="([^"]+)"><option value="">[^<]*</option><option value="([^"]+)"')
COUNT = re.compile(r'<input[^>]* name="(answer\.[a-z_]+)"[^>]*data-none="0"')
TICK = re.compile(r'type="checkbox"[^>]* name="((?:read|agree)\.[^"]+)"')
PAY = re.compile(r'href="([^"]*gateway\.do\?[^"]+)"')
CASHIER = re.compile(r'action="(?:\.\./)?(cashier/[0-9]+)"')
CODE = re.compile(r"<strong>[^<]*?(\d{6})")
POLICY = re.compile(r'<dd[^>]* data-policy="([A-Z0-9]+)"')
#: Where the sandbox gateway's pages are found under our address.
GATEWAY = "/sandbox-gateway/"


class Stuck(Exception):
    """The buyer cannot go on, and would call the hotline now."""


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Device:
    """The key that a browser keeps: requests a certificate for itself and signs as WebCrypto does."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def csr(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self._key, hashes.SHA256())
        return request.public_bytes(Encoding.PEM).decode()

    def sign(self, document: Any) -> str:
        r, s = decode_dss_signature(self._key.sign(rfc8785.dumps(document), ec.ECDSA(hashes.SHA256())))
        return b64u(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class Buyer:
    """One purchase. ``pays``: what is chosen at the gateway (pay, later, repeat, lost, wrong); wrong once, then right."""

    def __init__(
        self,
        person: Person,
        browser: Browser,
        *,
        pays: str = "pay",
        patience: float = 120,
        retry: float = 0.3,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.person, self.browser, self.pays = person, browser, pays
        self.policy = ""
        self.retries = 0
        self._until = time.monotonic() + patience
        self._retry, self._pause = retry, pause
        self._device, self._serial = Device(), ""
        self._paid = False

    def buy(self) -> str:
        """All the way; the policy's number. Raises Stuck."""
        order = self._try(self._start)
        while not self.policy:
            if time.monotonic() > self._until:
                raise Stuck(f"{self.person.name} goes round in circles at {order}")
            self._try(lambda: self._go_on(order))
        return self.policy

    def _try(self, doing: Callable[[], Any]) -> Any:
        while time.monotonic() < self._until:
            try:
                return doing()
            except NoAnswer:
                self.retries += 1
                self._pause(self._retry)
        raise Stuck(f"{self.person.name} waited too long")

    def _start(self) -> str:
        """The address of the new order. One whose beginning was cut off is left behind, as a person leaves it."""
        self.browser.get("/home/insure/", name="shop")
        self.browser.get("/home/insure/TRV/", name="product")
        page = self.browser.post("/home/insure/TRV/start/", JOURNEY, name="start")
        found = re.match(r"/home/orders/[0-9a-f-]{36}/", page.path)
        if found is None:
            raise Stuck(f"no order was begun: {page}")
        return found.group()

    def _go_on(self, order: str) -> None:
        page = self.browser.get(f"{order}done/" if self._paid else order, name="done" if self._paid else "order")
        if page.status != 200 or not page.path.startswith(order):
            raise Stuck(f"{self.person.name}: the order leads to {page}")
        doing = getattr(self, f"_{page.step}", None)
        if doing is None:
            raise Stuck(f"{self.person.name}: nothing to do on {page}")
        doing(order, page)

    def _cover(self, order: str, page: Page) -> None:
        soon = today_in_china() + timedelta(days=2)
        self.browser.post(page.path, {**JOURNEY, "starts_on": soon.isoformat()}, name="cover")

    def _people(self, order: str, page: Page) -> None:
        who = {"name": self.person.name, "document_kind": "resident_id", "mobile": self.person.mobile}
        who["document_number"] = self.person.document_number
        said = {f"applicant-{name}": value for name, value in who.items()}
        self._kept(self.browser.post(page.path, {**said, "self_insured": "on", "heirs": "legal"}, name="people"), page)

    def _health(self, order: str, page: Page) -> None:
        """The first choice everywhere: nothing ever happened to them."""
        said = {**dict.fromkeys(QUESTION.findall(page.text), "no"), **dict(CHOICE.findall(page.text))}
        said |= dict.fromkeys(COUNT.findall(page.text), "0")
        self._kept(self.browser.post(page.path, said, name="health"), page)

    def _read(self, order: str, page: Page) -> None:
        self._kept(self.browser.post(page.path, dict.fromkeys(TICK.findall(page.text), "on"), name="read"), page)

    def _kept(self, answer: Page, page: Page) -> None:
        if answer.status == 422:
            told = re.findall(r"(?:field-error|form-wrong)[^>]*>(.*?)</div>", answer.text, re.DOTALL)
            raise Stuck(f"{page.path} was not taken: {told}")

    def _identity(self, order: str, page: Page) -> None:
        if "/identity/confirm/" in page.text:
            self.browser.post(f"{order}identity/confirm/", name="confirm")
            return
        self._sign_in(page.path)

    def _sign_in(self, target: str) -> None:
        self.browser.get(f"/home/sign-in/?next={target}", name="sign in")
        page = self.browser.post("/home/sign-in/", {"mobile": self.person.mobile, "next": target}, name="send code")
        found = CODE.search(page.text)
        if found is None:
            raise Stuck(f"{self.person.name} got no code: {page} {re.findall('field-error.*', page.text)}")
        page = self.browser.post("/home/sign-in/code/", {"code": found.group(1)}, name="code")
        if page.step == "register":
            said = {"name": self.person.name, "id_number": self.person.document_number}
            page = self.browser.post(page.path, {**said, "service": "on", "identity": "on"}, name="register")
            self._kept(page, page)

    def _check(self, order: str, page: Page) -> None:
        self.browser.post(f"{order}submit/", {"warned": "on"}, name="submit")

    def _result(self, order: str, page: Page) -> None:
        if f"{order}agree/" not in page.text:
            raise Stuck(f"{self.person.name} was not accepted")
        self.browser.post(f"{order}agree/", name="agree")

    def _sign(self, order: str, page: Page) -> None:
        found = STATEMENT.search(page.text)
        assert found is not None, page
        statement = json.loads(found.group(1))
        if not self._serial:
            self._certify(order)
        said = {"signature": self._device.sign(statement), "serial": self._serial}
        self.browser.post(page.path, said, name="sign")

    def _certify(self, order: str) -> None:
        """A fresh key each time, as keyuan-keys.js makes one: it keeps a key only when the certificate has come."""
        device = Device()
        answer = self.browser.post(f"{order}certificate/", {"csr": device.csr, "device": "手机"}, name="certificate")
        told = json.loads(answer.text)
        if "serial" not in told:
            raise Stuck(f"{self.person.name} got no certificate: {told}")
        self._device, self._serial = device, told["serial"]

    def _pay(self, order: str, page: Page) -> None:
        found = PAY.search(page.text)
        if found is None:
            self.browser.post(f"{order}pay/begin/", name="begin to pay")
            return
        self._checkout(html.unescape(found.group(1)))

    def _checkout(self, address: str) -> None:
        page = self.browser.get(address, name="checkout")
        found = CASHIER.search(page.text)
        if found is not None:
            # The gateway leads back to the order; a lost answer there is looked for by opening the checkout again.
            self.browser.post(f"{GATEWAY}{found.group(1)}", {"do": self.pays}, name="pay")
        self._paid = True

    def _done(self, order: str, page: Page) -> None:
        found = POLICY.search(page.text)
        if found is not None:
            self.policy = found.group(1)
        elif "result-bad" in page.text and f'href="{order}pay/"' in page.text:
            # The money went back because the amount was wrong: pay again, the right one.
            self.pays, self._paid = "pay", False
            self._pay_again(order)
        else:
            self._pause(self._retry)

    def _pay_again(self, order: str) -> None:
        page = self.browser.get(f"{order}pay/", name="pay page")
        if page.step == "pay":
            self._pay(order, page)


def today_in_china() -> date:
    """The company's day."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()
