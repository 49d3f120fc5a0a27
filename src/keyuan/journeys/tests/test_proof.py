"""The evidence of a sale: whole, checked with the root certificate alone, and broken by any change to it."""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted, TooMany
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.billing.sandbox.server import Sandbox
from keyuan.eventlog.models import Event
from keyuan.evidence.offline import container
from keyuan.evidence.offline.lines import read_line
from keyuan.evidence.offline.manifest import MANIFEST, SEAL, manifest_bytes
from keyuan.evidence.offline.parts import part_of
from keyuan.evidence.offline.report import Report
from keyuan.evidence.offline.verify import verify
from keyuan.journeys import proof
from keyuan.journeys.refusals import EvidencePurposeMissing
from keyuan.journeys.tests.sold import PAGES, Sold, gathered, sell
from keyuan.orders.tests.conftest import Fill
from keyuan.policies.queries import PolicyNotFound
from keyuan.trust import authorities

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Any) -> Any:
    settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, folder=tmp_path / "trust")
    authorities._key.cache_clear()
    yield
    authorities._key.cache_clear()


@pytest.fixture
def sold(transactional_db: None, filled: Fill, sandbox: Sandbox) -> Sold:
    return gathered(sell(*filled("TRV")))


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Sold:
    """The same, made once: for what is checked without a database."""
    if not KEPT:
        KEPT.append(request.getfixturevalue("sold"))
    return KEPT[0]


KEPT: list[Sold] = []


def members_of(data: bytes) -> dict[str, bytes]:
    return {one.name: one.content for one in container.unpack(data)}


def repacked(sold: Sold, change: Change, *, listed: bool, sealed: bool = False) -> bytes:
    """The file after a change; a forger makes the list anew, an insider seals it as well."""
    members = members_of(sold.data)
    change(members)
    if listed:
        about = json.loads(members[MANIFEST])["about"]
        rest = {name: raw for name, raw in members.items() if name not in (MANIFEST, SEAL)}
        members[MANIFEST] = manifest_bytes(about, rest)
    if sealed:
        members[SEAL] = sold.reseal(members[MANIFEST])
    return container.pack(members)


def flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def part(report: Report, key: str) -> Any:
    return next(one for one in report.parts if one.key == key)


def test_the_evidence_of_a_sale_holds_with_the_root_alone(sold: Sold) -> None:
    report = verify(sold.data, sold.roots)
    assert report.failed == []
    assert report.holds
    members = members_of(sold.data)
    lines = [told for name, raw in members.items() if name.startswith("log/") and (told := read_line(raw))]
    names = {line["name"] for line in lines}
    steps = {"order.submitted", "order.signed", "order.paid", "order.issued"}
    assert names >= steps | {
        "signature.made",
        "sale.traced",
        "policy.issued",
        "policy.document_made",
        "payment.received",
    }
    assert "evidence.gathered" not in names
    assert members["policy/policy.pdf"].startswith(b"%PDF")
    assert {raw for name, raw in members.items() if name.startswith("pages/shown/")} == set(PAGES)
    absent = [one.key for one in report.parts if one.absent]
    assert absent == []
    assert all(one.told.zh and one.told.en for one in report.parts if one.key not in ("readme", "container"))


def test_any_program_opens_it(kept: Sold) -> None:
    with zipfile.ZipFile(BytesIO(kept.data)) as file:
        assert file.testzip() is None
        assert file.namelist() == sorted(members_of(kept.data))


def test_under_another_root_nothing_that_is_signed_holds(kept: Sold) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    from keyuan.kernel.clock import now
    from keyuan.trust.pki.profiles import Place, issue_root

    key = ec.generate_private_key(ec.SECP384R1())
    other = issue_root(subject=kept.roots[0].subject, key=key, at=now(), place=Place("http://ca.test", "1.2.3"))
    for roots in ([other], []):
        failed = verify(kept.data, roots).failed
        assert {key.partition(":")[0] for key in failed} == {"manifest", "policy", "signature", "batch"}
    assert verify(kept.data, [other, *kept.roots]).holds


def test_any_flipped_bit_is_noticed_and_its_part_named(kept: Sold) -> None:
    """A bit by chance of a member of each kind, another each run; all of them: python -m benchmarks tampering."""
    seed = random.randrange(2**32)  # noqa: S311
    dice = random.Random(seed)  # noqa: S311
    members = members_of(kept.data)
    names = list(members)
    dice.shuffle(names)
    for name in {part_of(name)[0].partition(":")[0]: name for name in names}.values():
        bit = dice.randrange(len(members[name]) * 8)

        def change(members: dict[str, bytes], name: str = name, bit: int = bit) -> None:
            members[name] = flipped(members[name], bit)

        failed = verify(repacked(kept, change, listed=False), kept.roots).failed
        assert part_of(name)[0] in failed, f"seed {seed}: bit {bit} of {name}"


def test_any_flipped_bit_of_the_container_is_noticed(kept: Sold) -> None:
    inside = set()
    for one in container.unpack(kept.data):
        inside |= set(range(one.offset, one.offset + len(one.content)))
    outside = sorted(set(range(len(kept.data))) - inside)
    dice = random.Random(7)  # noqa: S311
    for at in dice.sample(outside, 60):
        report = _container(flipped(kept.data, at * 8 + dice.randrange(8)))
        assert not report.holds, f"byte {at}"


def _container(data: bytes) -> Report:
    """What the outer checks find, without those of the members."""
    from keyuan.evidence.offline.verify import _unpacked

    report = Report()
    _unpacked(data, report)
    return report


def _flip(name: str, byte: int, bit: int = 0) -> Change:
    def change(members: dict[str, bytes]) -> None:
        found = next(one for one in sorted(members) if one.startswith(name))
        members[found] = flipped(members[found], (byte % len(members[found])) * 8 + bit)

    return change


def _edit(name: str, old: bytes, new: bytes) -> Change:
    def change(members: dict[str, bytes]) -> None:
        found = next(one for one in sorted(members) if one.startswith(name) and old in members[one])
        members[found] = members[found].replace(old, new, 1)

    return change


def _drop(name: str) -> Change:
    def change(members: dict[str, bytes]) -> None:
        del members[next(one for one in sorted(members) if one.startswith(name))]

    return change


def _in_capitals(members: dict[str, bytes]) -> None:
    """The same number, spelled otherwise."""
    raw = members["log/proofs.json"]
    at = next(one.start() for one in re.finditer(rb'"[0-9a-f]{64}"', raw))
    members["log/proofs.json"] = raw[:at] + raw[at : at + 66].upper() + raw[at + 66 :]


FORGED: Mapping[str, tuple[Change, str]] = {
    "the policy document": (_flip("policy/", 400), "policy"),
    "a byte behind the policy document": (_edit("policy/", b"%%EOF", b"%%EOF "), "policy"),
    "the policy document left out": (_drop("policy/"), "policy"),
    "what was signed": (_edit("signatures/", b'"form"', b'"from"'), "signature"),
    "the value of the signature": (_flip("signatures/", -3), "signature"),
    "the time of a line": (_edit("log/", b'"at":"20', b'"at":"30'), "line"),
    "the payload of a line": (_edit("log/", b'"order.paid"', b'"order.Paid"'), "line"),
    "a line left out": (_drop("log/"), "proofs"),
    "a proof in other letters": (_in_capitals, "line"),
    "the root of a batch": (_edit("batches/", b'"lines":', b'"lines":1'), "batch"),
    "a seal": (_flip("batches/1.p7s", 700), "batch"),
    "a page": (_flip("pages/shown/", 20), "pages"),
    "a row": (_edit("pages/rows", b'"view":"clauses"', b'"view":"Clauses"'), "pages"),
    "a page left out": (_drop("pages/shown/"), "pages"),
    "what was applied for": (_flip("order/", 30), "order"),
    "the product": (_flip("product/", 30), "product"),
    "the issuing certificate": (_flip("authorities/", 200), "authorities"),
    "the instructions": (_flip("README", 10), "readme"),
}


def test_who_makes_the_list_anew_is_noticed_even_with_the_companys_key(kept: Sold) -> None:
    for told, (change, key) in FORGED.items():
        as_insider = verify(repacked(kept, change, listed=True, sealed=True), kept.roots)
        assert "manifest" not in as_insider.failed, told
        named = {one.partition(":")[0] for one in as_insider.failed}
        assert key in named or (key == "authorities" and "signature" in named), f"{told}: {as_insider.failed}"
    as_forger = verify(repacked(kept, FORGED["a page"][0], listed=True), kept.roots)
    assert as_forger.failed == ["manifest", "pages"]


def test_the_bytes_that_were_altered_are_named(kept: Sold) -> None:
    pdf = members_of(kept.data)["policy/policy.pdf"]
    found = part(verify(repacked(kept, _flip("policy/", 9000), listed=False), kept.roots), "policy")
    assert [(one.member, one.first, one.end) for one in found.ranges] == [("policy/policy.pdf", 8192, 12288)]
    # A forger's list says nothing about it; the document's own signature does.
    (first, *_) = part(verify(repacked(kept, _flip("policy/", 9000), listed=True), kept.roots), "policy").ranges
    assert first.first <= 9000 < first.end < len(pdf)


def test_evidence_of_one_sale_is_none_of_another(kept: Sold) -> None:
    def change(members: dict[str, bytes]) -> None:
        told = json.loads(members[MANIFEST])
        told["about"]["policy"] = "OTHER"
        rest = {name: raw for name, raw in members.items() if name not in (MANIFEST, SEAL)}
        members[MANIFEST] = manifest_bytes(told["about"], rest)

    data = repacked(kept, change, listed=False, sealed=True)
    assert verify(data, kept.roots).failed == ["story"]


def test_what_is_no_evidence_is_said_to_be_none(kept: Sold) -> None:
    for data in (b"", b"PK\x03\x04", kept.data[:5000], b"%PDF-1.7"):
        assert verify(data, kept.roots).failed[0] == "container"


def test_the_command_needs_no_database_and_no_settings(kept: Sold, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(kept.data)
    (tmp_path / "root.pem").write_bytes(kept.roots[0].public_bytes(Encoding.PEM))
    (tmp_path / "bad.zip").write_bytes(repacked(kept, _flip("policy/", 9000), listed=False))
    code = "import sys\nsys.modules['django'] = None\nfrom keyuan.cli import app\napp()"
    environment = {"PATH": "", "LANG": "en_GB.UTF-8", "PYTHONPATH": str(Path(__file__).parents[3])}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, "verify", *arguments, "--root", "root.pem"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    good = run("file.zip")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.rstrip().endswith("Everything holds.")
    bad = run("bad.zip", "--json")
    assert bad.returncode == 1
    told = json.loads(bad.stdout)
    assert [one["part"] for one in told["parts"] if not one["holds"]] == ["policy"]


def test_the_holder_takes_their_own_and_nobody_elses(sold: Sold, user_as: Callable[..., User]) -> None:
    from keyuan.customers.models import PortalAccount

    account = PortalAccount.objects.get(customer_id=sold.policy.customer_id)
    own = viewer_of(User.objects.get(pk=account.user_id))
    assert verify(proof.gather(sold.policy.pk, purpose="", by=own).data, sold.roots).holds
    line = Event.objects.filter(name="evidence.gathered").order_by("-pk")[0]
    assert (line.actor_kind, line.payload) == ("customer", {"policy": sold.policy.number, "purpose": "own copy"})
    with pytest.raises(PolicyNotFound):
        proof.gather(sold.policy.pk, purpose="", by=viewer_of(user_as(Role.CUSTOMER)))
    for _ in range(5):
        proof._note(sold.policy, purpose="", by=own)
    with pytest.raises(TooMany):
        proof.gather(sold.policy.pk, purpose="", by=own)
    assert Event.objects.filter(name="evidence.gathered", actor_kind="customer").count() == 6


def test_staff_say_what_for_and_must_be_allowed_to(sold: Sold, viewer_as: Callable[..., Any]) -> None:
    before = Event.objects.filter(name="evidence.gathered").count()
    with pytest.raises(EvidencePurposeMissing):
        proof.gather(sold.policy.pk, purpose=" ", by=viewer_as(Role.MANAGER))
    with pytest.raises(NotPermitted):
        proof.gather(sold.policy.pk, purpose="court", by=viewer_as(Role.ANALYST))
    assert Event.objects.filter(name="evidence.gathered").count() == before
    made = proof.gather(sold.policy.pk, purpose="法院调取（2026）沪01民初1号", by=viewer_as(Role.MANAGER))
    assert made.name == f"{sold.policy.number}.evidence.zip"
    assert Event.objects.filter(name="evidence.gathered").count() == before + 1


def test_a_superuser_who_alters_a_line_is_found_out_by_the_evidence(sold: Sold, superuser: Any) -> None:
    line = Event.objects.get(name="order.paid")
    change = """UPDATE eventlog_event SET payload = payload || '{"amount": "1.00"}' WHERE id = %s"""
    superuser.run("eventlog_event", change, [line.pk])
    report = verify(gathered(sold.policy).data, sold.roots)
    assert report.failed == [f"line:{line.pk}"]


def test_a_superuser_who_alters_signature_page_or_document_is_found_out(sold: Sold, superuser: Any) -> None:
    from keyuan.policies.models import PolicyDocument
    from keyuan.trust.models import Signature

    kept = Signature.objects.get()
    value = flipped(bytes(kept.value), 8 * 20)
    superuser.run("trust_signature", "UPDATE trust_signature SET value = %s WHERE id = %s", [value, kept.pk])
    assert verify(gathered(sold.policy).data, sold.roots).failed == [f"signature:{kept.pk}"]
    superuser.run("trust_signature", "UPDATE trust_signature SET value = %s", [bytes(kept.value)])
    row = PolicyDocument.objects.get()
    assert row.file is not None
    _flip_stored(row.file.key)
    assert verify(gathered(sold.policy).data, sold.roots).failed == ["policy"]
    _flip_stored(row.file.key)
    superuser.run("evidence_tracerow", "UPDATE evidence_tracerow SET body_id = NULL WHERE n = 2")
    assert verify(gathered(sold.policy).data, sold.roots).failed == ["pages"]


def _flip_stored(key: str) -> None:
    from django.core.files.base import ContentFile

    from keyuan.files import storage

    store = storage.store()
    with store.open(key) as file:
        raw = file.read()
    store.delete(key)
    assert store.save(key, ContentFile(flipped(raw, 8 * 9000))) == key


def test_the_digests_in_a_line_are_those_of_the_file(sold: Sold) -> None:
    members = members_of(sold.data)
    line = Event.objects.get(name="policy.document_made")
    assert line.payload["sha256"] == hashlib.sha256(members["policy/policy.pdf"]).hexdigest()


def test_what_was_signed_is_shown_in_its_bytes_when_the_program_has_learnt_new_fields(
    sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In thirty years a definition is read into another shape, and an order's details too."""
    from keyuan.orders.details import Details
    from keyuan.products.definition import Definition

    for model in (Definition, Details):
        dump = model.model_dump

        def another(self: Any, dump: Any = dump, **how: Any) -> Any:
            return {**dump(self, **how), "learnt_later": []}

        monkeypatch.setattr(model, "model_dump", another)
    assert verify(gathered(sold.policy).data, sold.roots).holds
