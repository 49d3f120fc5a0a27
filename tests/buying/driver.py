"""Somebody buys: from the front page to the policy's number, one page after the other, whatever pages a product asks."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from keyuan.underwriting.questions import catalogue
from tests.buying.purchases import Purchase
from tests.buying.web import Form, NotOnThePage, Page, Web

#: Answers that are harmless although they are "yes".
RIGHT = frozenset({"inspection_valid", "licence_valid", "social_insurance", "premises_fire_checked"})
#: Harmless numbers where the least one is not.
NUMBERS = {
    "height_cm": "165",
    "weight_kg": "55",
    "annual_income": "300000",
    "vehicle_age": "2",
    "vehicle_value": "150000",
    "licence_years": "8",
    "home_built": "2015",
    "group_people": "8",
    "group_eligible": "8",
    "group_age": "36",
    "group_highest_class": "3",
}
OCCUPATION = "0001"
MOST_PAGES = 30
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


class Stuck(AssertionError):
    """The way to the policy ended at a page that does not lead on; its words are in the message."""


@dataclass
class Device:
    """A browser's P-256 key: a request for a certificate, and signatures as WebCrypto writes them."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    serial: str = ""

    @property
    def csr(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keyuan")])
        made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self.key, hashes.SHA256())
        return made.public_bytes(Encoding.PEM).decode()

    def sign(self, document: dict[str, Any]) -> str:
        """ECDSA P-256 with SHA-256 over the canonical JSON (RFC 8785): r and s, base64url."""
        r, s = decode_dss_signature(self.key.sign(rfc8785.dumps(document), ec.ECDSA(hashes.SHA256())))
        return base64.urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode().rstrip("=")


@dataclass(frozen=True)
class Bought:
    """What came of a purchase. ``policy`` is empty while there is none."""

    order: str
    number: str
    policy: str
    premium: str
    page: Page


@dataclass
class Buyer:
    """Somebody with a browser.

    ``code_of``: mobile → the code that was sent to it; without it the code stands on the page (KEYUAN_DEMO_OUTBOX).
    ``told_paid``: number of a payment → the body of the gateway's signed notification, for a server that the sandbox
    cannot reach; without it the sandbox tells the server by itself.
    """

    web: Web
    code_of: Callable[[str], str] | None = None
    told_paid: Callable[[str], str] | None = None
    device: Device = field(default_factory=Device)
    #: ``after("sign")`` is called when a step is done: for timing, or for killing something there.
    after: Callable[[str], None] = lambda _step: None
    patience: float = 30.0

    def buy(self, wanted: Purchase) -> Bought:
        """From the front page to the policy, or Stuck."""
        order = self.start(wanted)
        self.fill(order, wanted)
        self.submit(order)
        self.sign(order)
        return self.pay(order)

    # Each step leaves the browser where the next one begins.

    def start(self, wanted: Purchase) -> str:
        """From the shop over the product's page into an order; its address."""
        shop = self.web.get("/home/insure/")
        page = self.web.get(shop.link(f"/{wanted.product}/"))
        form = page.form(goes_to="/start/")
        form.fill({name: value for name, value in wanted.told.items() if name in form})
        page = self.web.send(form)
        found = re.match(r"/home/orders/[0-9a-f-]{36}/", page.path)
        if found is None:
            raise Stuck(f"no order: {page.path} {page.said()}")
        self._done("start", page)
        return found[0]

    def fill(self, order: str, wanted: Purchase, *, until: str = "check") -> Page:
        """Every page that the product asks, to the one called ``until``."""
        page = self.web.get(f"{order}cover/")
        for _nth in range(MOST_PAGES):
            step = _step(page)
            if step == until:
                return page
            before = page.path
            page = getattr(self, f"_{step}", self._unknown)(page, wanted)
            if page.path == before and page.status != 200:
                raise Stuck(f"{step}: {page.said()}")
            self._done(step, page)
        raise Stuck(f"never came to {until}: {page.path} {page.said()}")

    def submit(self, order: str, *, agree: bool = True) -> Page:
        """Let it be underwritten; say yes to a loading or an exclusion. The page where it stands then."""
        page = self.web.get(f"{order}check/")
        form = page.form(goes_to="/submit/")
        if "warned" in form:
            form.set("warned", "on")
        page = self.web.send(form)
        self._done("submit", page)
        if agree and _step(page) == "result" and page.all("//form[contains(@action, '/agree/')]"):
            page = self.web.send(page.form(goes_to="/agree/"))
            self._done("agree", page)
        return page

    def sign(self, order: str) -> Page:
        """A certificate for this device if it has none; then the signature on what the page shows."""
        page = self.web.get(f"{order}sign/")
        if _step(page) != "sign":
            raise Stuck(f"nothing to sign: {page.path} {page.said()}")
        form = page.form(has="signature")
        (kept,) = page.all("//script[@id='statement']")
        if not self.device.serial:
            self.device.serial = self._certified(form)
            self._done("certify", page)
        form.element.inputs["signature"].value = self.device.sign(json.loads(kept.text_content()))
        form.element.inputs["serial"].value = self.device.serial
        page = self.web.send(form)
        if _step(page) != "pay":
            raise Stuck(f"not signed: {page.path} {page.said()}")
        self._done("sign", page)
        return page

    def _certified(self, form: Form) -> str:
        token = str(form.element.inputs["csrfmiddlewaretoken"].value)
        sent = [("csrfmiddlewaretoken", token), ("csr", self.device.csr), ("device", "driver")]
        answer = self.web.post(form.element.get("data-certify"), sent)
        if answer.status != 200:
            raise Stuck(f"no certificate: {answer.status} {answer.text[:300]}")
        return str(json.loads(answer.text)["serial"])

    def pay(self, order: str, *, do: str = "pay") -> Bought:
        """At the gateway's own page; then back, until the policy is there. ``do``: another button of the sandbox's page."""
        page = self.web.get(f"{order}pay/")
        links = [one.get("href") for one in page.all("//a[contains(@href, 'gateway.do')]")]
        if not links:
            page = self.web.send(page.form(goes_to="/pay/begin/"))
            links = [one.get("href") for one in page.all("//a[contains(@href, 'gateway.do')]")]
        if not links:
            raise Stuck(f"nothing to pay: {page.path} {page.said()}")
        self._at_the_gateway(links[0], do)
        return self.come_back(order)

    def _at_the_gateway(self, link: str, do: str) -> None:
        page = self.web.get(link)
        (number,) = (json.loads(one)["out_trade_no"] for one in parse_qs(urlsplit(link).query)["biz_content"])
        form = page.form()
        # Its own telling would not reach a server that is no server: then it stays silent, and the driver brings it.
        told = "lost" if self.told_paid is not None and do == "pay" else do
        self.web.send(form, button=("do", told))
        if self.told_paid is not None and do == "pay":
            answer = self.web.post_raw("/pay/alipay/notify/", self.told_paid(number))
            if answer != "success":
                raise Stuck(f"the notification was not taken: {answer[:200]}")
        self._done("pay", page)

    def come_back(self, order: str) -> Bought:
        """The page after paying, asked until it says what came of it or patience ends."""
        until = time.monotonic() + self.patience
        while True:
            page = self.web.get(f"{order}done/")
            found = told_on(page)
            if found["policy"] or page.status >= 400 or time.monotonic() > until or not _waits(page):
                break
            time.sleep(0.2)
        if not found["policy"]:
            raise Stuck(f"no policy: {page.path} {page.said()}")
        self._done("issue", page)
        return Bought(order=order, page=page, **found)

    # The pages of the wizard, by their names in the address.

    def _unknown(self, page: Page, _wanted: Purchase) -> Page:
        raise Stuck(f"a page nobody knows: {page.path} {page.said()}")

    def _cover(self, page: Page, wanted: Purchase) -> Page:
        form = page.form(has="starts_on").fill(wanted.told)
        (first,) = page.all("//input[@name='starts_on']/@min")
        form.set("starts_on", (date.fromisoformat(first) + timedelta(days=wanted.starts_in - 1)).isoformat())
        return self.web.send(form)

    def _people(self, page: Page, wanted: Purchase) -> Page:
        for name, count in (("insured", len(wanted.insured)), ("heir", len(wanted.heirs))):
            while count > len(page.all(f"//input[starts-with(@name, '{name}') and contains(@name, '-name')]")):
                page = self.web.send(page.form(has="applicant-name"), button=("more", name))
        form = page.form(has="applicant-name")
        form.fill(wanted.applicant.fields("applicant"))
        if wanted.company is not None:
            if "holder" in form:
                form.set("holder", "company")
            form.fill(wanted.company.fields())
        form.fill(wanted.thing)
        if "self_insured" in form:
            form.set("self_insured", "on" if wanted.self_insured else "")
        for place, (person, relation) in enumerate(wanted.insured):
            form.fill(person.fields(f"insured{place}", relation=relation))
        if wanted.heirs:
            form.set("heirs", "named")
        for place, heir in enumerate(wanted.heirs):
            more = {"relation": heir.relation, "share": heir.share, "rank": str(heir.rank)}
            form.fill(heir.person.fields(f"heir{place}", **more))
        return self.web.send(form)

    def _members(self, page: Page, wanted: Purchase) -> Page:
        """The list as a file, as a company's personnel office sends one."""
        rows = ["姓名,证件号码,保障计划,职业类别"]
        rows += [f"{one.person.name},{one.person.number},{one.plan},{one.occupation_class}" for one in wanted.members]
        form = page.form(has="list").attach("list", "members.csv", "\n".join(rows).encode("utf-8-sig"))
        page = self.web.send(form, button=("more", "upload"))
        form = page.form(has="list")
        return self.web.send(form, button=("next", "1"))

    def _consent(self, page: Page, wanted: Purchase) -> Page:
        """Each insured hears of it on their own telephone, and says yes."""
        for button in page.all("//button[@name='more'][starts-with(@value, 'send.')]/@value"):
            place = button.partition(".")[2]
            page = self.web.send(page.form(goes_to="/consent/"), button=("more", button))
            mobile = wanted.insured[int(place)].person.mobile if self.code_of is not None else ""
            code = self.code_of(mobile) if self.code_of is not None else _code_on(page)
            form = page.form(goes_to="/consent/").fill({f"code.{place}": code})
            page = self.web.send(form, button=("more", f"agree.{place}"))
        return self.web.send(page.form(goes_to="/consent/"))

    def _papers(self, page: Page, wanted: Purchase) -> Page:
        form = page.form(goes_to="/papers/")
        for name in form.names:
            if name.startswith("paper."):
                form.attach(name, "copy.pdf", PDF)
        registered = {"nationality": "中国", "occupation": "会计", "address": "苏州市吴江区松陵街道流虹路1号"}
        form.fill({f"aml-{name}": value for name, value in registered.items() if f"aml-{name}" in form})
        return self.web.send(form)

    def _health(self, page: Page, wanted: Purchase) -> Page:
        form = page.form(goes_to="/health/")
        said: dict[str, str] = {}
        for block in page.all("//*[@data-question]"):
            name = block.get("data-question")
            applies = all(said.get(other) == value for other, value in _pairs(block.get("data-when", "")))
            if applies and name in form:
                said[name] = _answer(name, wanted)
        return self.web.send(form.fill(said))

    def _means(self, page: Page, wanted: Purchase) -> Page:
        return self.web.send(page.form(has="household_income").fill(wanted.means))

    def _read(self, page: Page, _wanted: Purchase) -> Page:
        form = page.form(goes_to="/read/")
        return self.web.send(form.fill({name: "on" for name in form.names if name.startswith(("read.", "agree."))}))

    def _identity(self, page: Page, wanted: Purchase) -> Page:
        entrance = [one.get("href") for one in page.all("//a[contains(@href, '/home/sign-in/')]")]
        signs_in = [one for one in entrance if "next=" in one]
        if signs_in:
            page = self._through_the_door(signs_in[0], wanted)
        if page.all("//form[contains(@action, '/identity/confirm/')]"):
            return self.web.send(page.form(goes_to="/identity/confirm/"))
        return self.web.get(page.link("/check/"))  # proved before

    def _through_the_door(self, address: str, wanted: Purchase) -> Page:
        person = wanted.applicant
        page = self.web.send(self.web.get(address).form(has="mobile").fill({"mobile": person.mobile}))
        code = self.code_of(person.mobile) if self.code_of is not None else _code_on(page)
        page = self.web.send(page.form(has="code").fill({"code": code}))
        if "/register/" in page.path:
            form = page.form(has="id_number")
            form.fill({"name": person.name, "id_number": person.number, "service": "on", "identity": "on"})
            if "document_kind" in form:
                form.set("document_kind", person.kind)
            page = self.web.send(form)
        if _step(page) != "identity":
            raise Stuck(f"not known: {page.path} {page.said()}")
        self._done("register", page)
        return page

    def _done(self, step: str, page: Page) -> None:
        if page.status >= 500:
            raise Stuck(f"{step}: {page.status} {page.path}")
        self.after(step)


def told_on(page: Page) -> dict[str, str]:
    """The order's number, the policy's and the premium, as the last page shows them."""
    policy = page.all("//*[@data-policy]/@data-policy")
    number = page.all("//p[contains(@class, 'steps-word')]//*[contains(@class, 'code')]")
    premium = page.all("//*[@data-premium]/@data-premium")
    return {
        "number": number[0].text_content().strip() if number else "",
        "policy": policy[0] if policy else "",
        "premium": premium[0] if premium else "",
    }


def _waits(page: Page) -> bool:
    return bool(page.all("//*[@hx-get and contains(@hx-get, '/done/')]"))


def _step(page: Page) -> str:
    found = re.match(r"/home/orders/[0-9a-f-]{36}/([a-z]+)/", page.path)
    return found[1] if found else page.path


def _pairs(when: str) -> list[tuple[str, str]]:
    return [(one.partition("=")[0], one.partition("=")[2]) for one in when.split()]


def _code_on(page: Page) -> str:
    for note in page.all("//*[contains(@class, 'note')]//strong"):
        if found := re.search(r"\d{6}", note.text_content()):
            return found[0]
    raise NotOnThePage(f"no code on {page.path}: say code_of, or set KEYUAN_DEMO_OUTBOX")


def _answer(field_name: str, wanted: Purchase) -> str:
    place, _dot, name = field_name.partition(".")
    given = wanted.facts if place == "fact" else wanted.answers
    if name in given:
        return given[name]
    if name == "occupation_class":
        return OCCUPATION
    question = (catalogue().facts if place == "fact" else catalogue().questions)[name]
    if question.type == "yes_no":
        return "yes" if name in RIGHT else "no"
    if question.type == "choice":
        return question.choices[0].code
    return NUMBERS.get(name, f"{question.min or 0:.10g}")
