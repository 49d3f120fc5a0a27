"""What programs of others say of our certificates, lists, answers and stamps: OpenSSL, over the same addresses."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.test import Client

from keyuan.trust import authorities, revocations
from keyuan.trust.actions import revoke
from keyuan.trust.models import CompanyKey, RevocationList
from keyuan.trust.pki import status
from keyuan.trust.pki.stamps import Refused, digest_of
from keyuan.trust.states import Reason
from keyuan.trust.tests.conftest import Holder

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not on this machine")
ORDER = ("order", "1")


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Requests are counted from nothing in every test."""


@pytest.fixture
def files(holder: Holder, tmp_path: Path) -> Callable[..., Path]:
    """``files("leaf.pem")``: what an outsider has of the holder, written where a program can read it."""
    leaf = authorities.loaded(bytes(holder.certificate.der))
    issuing, root = authorities.above(holder.certificate)
    known = {"leaf": leaf, "issuing": issuing, "root": root}

    def path(name: str, data: bytes | None = None) -> Path:
        place = tmp_path / name
        stem = name.partition(".")[0]
        if data is None and stem in known:
            data = known[stem].public_bytes(Encoding.PEM)
        if data is not None:
            place.write_bytes(data)
        return place

    return path


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run([str(OPENSSL), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _lists(client: Client, files: Callable[..., Path]) -> Path:
    text = b""
    for name in ("root-1", "issuing-1"):
        der = client.get(f"/trust/ca/{name}.crl").content
        text += x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    return files("lists.pem", text)


@needs_openssl
def test_openssl_verifies_the_chain_with_its_lists_until_it_is_revoked(
    holder: Holder, client: Client, files: Callable[..., Path]
) -> None:
    chain = (
        "verify",
        "-x509_strict",
        "-policy_check",
        "-CAfile",
        files("root.pem"),
        "-untrusted",
        files("issuing.pem"),
    )

    def check(purpose: str = "sslclient") -> list[Any]:
        lists = _lists(client, files)
        return [*chain, "-purpose", purpose, "-crl_check_all", "-CRLfile", lists, files("leaf.pem")]

    assert "leaf.pem: OK" in openssl(*check())
    revoke(holder.certificate.serial, reason=Reason.KEY_COMPROMISE, by=holder.viewer)
    done = subprocess.run([str(OPENSSL), *map(str, check())], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "certificate revoked" in done.stderr


@needs_openssl
def test_openssl_reads_the_revocation_list(holder: Holder, client: Client, files: Callable[..., Path]) -> None:
    revoke(holder.certificate.serial, reason=Reason.KEY_COMPROMISE, by=holder.viewer)
    list_file = files("issuing.crl", client.get("/trust/ca/issuing-1.crl").content)
    told = openssl("crl", "-inform", "DER", "-in", list_file, "-noout", "-text", "-CAfile", files("issuing.pem"))
    assert "verify OK" in told
    assert holder.certificate.serial.upper() in told
    assert "Key Compromise" in told
    assert "X509v3 CRL Number" in told


@needs_openssl
def test_openssl_is_answered_about_the_status_by_post_and_by_get(
    holder: Holder, client: Client, files: Callable[..., Path], live_answers: Any
) -> None:
    request = files("request.der")
    ask = ("ocsp", "-issuer", files("issuing.pem"), "-cert", files("leaf.pem"))
    openssl(*ask, "-reqout", request)
    trusted = ("-CAfile", files("root.pem"), "-verify_other", files("issuing.pem"))

    def answered(said: bytes) -> str:
        return openssl(*ask, *trusted, "-no_nonce", "-respin", files("response.der", said))

    posted = client.post("/trust/ocsp/", request.read_bytes(), content_type="application/ocsp-request")
    assert posted.headers["Content-Type"] == "application/ocsp-response"
    assert "Response verify OK" in answered(posted.content)
    assert "leaf.pem: good" in answered(posted.content)
    # The nonce that openssl sent comes back.
    sent = ocsp.load_der_ocsp_request(request.read_bytes()).extensions.get_extension_for_class(x509.OCSPNonce)
    got = ocsp.load_der_ocsp_response(posted.content).extensions.get_extension_for_class(x509.OCSPNonce)
    assert sent.value == got.value
    in_address = base64.b64encode(request.read_bytes()).decode().replace("+", "%2B").replace("=", "%3D")
    assert "leaf.pem: good" in answered(client.get(f"/trust/ocsp/{in_address}").content)
    revoke(holder.certificate.serial, reason=Reason.KEY_COMPROMISE, by=holder.viewer)
    told = answered(client.post("/trust/ocsp/", request.read_bytes(), content_type="application/ocsp-request").content)
    assert "leaf.pem: revoked" in told
    assert "Reason: keyCompromise" in told


@pytest.fixture
def live_answers(holder: Holder) -> None:
    """The responder's own certificate is there before it is asked."""
    authorities.responder_for(holder.certificate.issuer, at=holder.certificate.not_before)


@needs_openssl
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_verifies_a_time_stamp(holder: Holder, client: Client, files: Callable[..., Path], digest: str) -> None:
    data, query = files("data.txt", "投保单".encode()), files("query.tsq")
    openssl("ts", "-query", "-data", data, f"-{digest}", "-cert", "-out", query)
    said = client.post("/trust/tsa/", query.read_bytes(), content_type="application/timestamp-query")
    assert said.headers["Content-Type"] == "application/timestamp-reply"
    reply = files("reply.tsr", said.content)
    trusted = ("-CAfile", files("root.pem"), "-untrusted", files("issuing.pem"))
    assert "Verification: OK" in openssl("ts", "-verify", "-queryfile", query, "-in", reply, *trusted)
    other = files("other.txt", b"x")
    done = subprocess.run(
        [str(OPENSSL), "ts", "-verify", "-data", str(other), "-in", str(reply), *map(str, trusted)],
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0


@needs_openssl
def test_openssl_verifies_a_customers_signature_and_its_time_stamp(holder: Holder, files: Callable[..., Path]) -> None:
    made = holder.sign(ORDER, premium="386.00", holder="陈秀英")
    files("public.pem").write_text(openssl("x509", "-in", files("leaf.pem"), "-noout", "-pubkey"))
    document, value = files("document.json", bytes(made.document)), files("value.der", bytes(made.value))
    check = ("dgst", "-sha256", "-verify", files("public.pem"), "-signature", value, document)
    assert "Verified OK" in openssl(*check)
    token = files("token.der", bytes(made.time_stamp.token))
    trusted = ("-CAfile", files("root.pem"), "-untrusted", files("issuing.pem"))
    assert "Verification: OK" in openssl("ts", "-verify", "-data", value, "-token_in", "-in", token, *trusted)


def _asked_of(response: bytes) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(response)


def test_the_responder_says_unknown_unauthorized_and_malformed(holder: Holder, client: Client) -> None:
    issuing, root = authorities.above(holder.certificate)

    def ask(issuer: x509.Certificate, serial: int) -> ocsp.OCSPResponse:
        digest = hashes.SHA1()  # noqa: S303  what most programs ask with
        asked = status.about(issuer, issuer, digest)
        builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
            asked.issuer_name_hash, asked.issuer_key_hash, serial, digest
        )
        der = builder.build().public_bytes(Encoding.DER)
        return _asked_of(client.post("/trust/ocsp/", der, content_type="application/ocsp-request").content)

    assert ask(issuing, int(holder.certificate.serial, 16)).certificate_status is ocsp.OCSPCertStatus.GOOD
    assert ask(issuing, 12345).certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert ask(root, 12345).response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    for said in (
        client.post("/trust/ocsp/", b"nonsense", content_type="application/ocsp-request"),
        client.get("/trust/ocsp/!!!"),
        client.get("/trust/ocsp/"),
    ):
        assert _asked_of(said.content).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
        assert said.status_code == 200


def test_the_time_stamp_authority_says_why_it_refuses(holder: Holder, client: Client) -> None:
    def ask(**told: Any) -> str:
        whole = {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32},
            **told,
        }
        der = tsp.TimeStampReq(whole).dump()
        said = client.post("/trust/tsa/", der, content_type="application/timestamp-query").content
        told = Refused.load(said)["status"].native
        return told["status"] if not told["fail_info"] else next(iter(told["fail_info"]))

    assert ask() == "granted"
    assert ask(message_imprint={"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b"x" * 20}) == "bad_alg"
    short = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x"}
    assert ask(message_imprint=short) == "bad_data_format"
    assert ask(req_policy="1.2.3") == "unaccepted_policy"
    said = client.post("/trust/tsa/", b"nonsense", content_type="application/timestamp-query").content
    assert Refused.load(said)["status"].native["fail_info"] == {"bad_data_format"}


def test_a_list_is_made_again_only_when_something_was_revoked(holder: Holder, client: Client) -> None:
    for _ in range(3):
        client.get("/trust/ca/issuing-1.crl")
    assert RevocationList.objects.filter(authority__role="issuing").count() == 1
    revoke(holder.certificate.serial, reason=Reason.CESSATION, by=holder.viewer)
    for _ in range(3):
        client.get("/trust/ca/issuing-1.crl")
    rows = RevocationList.objects.filter(authority__role="issuing").order_by("number")
    assert list(rows.values_list("number", flat=True)) == [1, 2]
    assert len(x509.load_der_x509_crl(bytes(rows[1].der))) == 1


def test_the_roots_list_stands_while_its_key_is_locked_away(holder: Holder, client: Client, settings: Any) -> None:
    first = client.get("/trust/ca/root-1.crl").content
    root = CompanyKey.objects.get(role="root")
    authorities._key.cache_clear()
    (settings.KEYUAN_TRUST.folder / f"{root.key_ref.removeprefix('file:')}.key").unlink()
    assert client.get("/trust/ca/root-1.crl").content == first
    assert revocations.current_list(root).number == 1


@pytest.mark.parametrize("name", ["root-2", "tsa-1", "log-1", "issuing-x", "x", "root-99999999999"])
def test_only_authorities_are_published(holder: Holder, client: Client, name: str) -> None:
    for kind in ("cer", "crl"):
        assert client.get(f"/trust/ca/{name}.{kind}").status_code == 404


def test_the_published_certificate_is_the_one_that_signed(holder: Holder, client: Client) -> None:
    said = client.get("/trust/ca/issuing-1.cer")
    assert said.headers["Content-Type"] == "application/pkix-cert"
    issuing = x509.load_der_x509_certificate(said.content)
    authorities.loaded(bytes(holder.certificate.der)).verify_directly_issued_by(issuing)
    assert digest_of(said.content) == digest_of(bytes(holder.certificate.issuer.der))
