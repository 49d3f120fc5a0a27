"""What signing costs: a policy as PAdES B-LTA, a customer's signature with its time stamp, an OCSP answer, a seal.

    python -m benchmarks trust [--times 200]

One process, one after the other, a database of its own, keys in files. Beside each the time of the processor, which others on
the machine do not lengthen. A customer's signature is measured with everything that is written: signature, time stamp,
status and log line, in one transaction.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.ground import pace, write_results

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.test")


def measured(deed: Callable[[int], Any], times: int) -> dict[str, float]:
    """Median and p95 in milliseconds, by the clock and by the processor."""
    deed(-1)  # what is read once a process
    clock, own = [], []
    for number in range(times):
        begin, worked = time.perf_counter(), time.process_time()
        deed(number)
        own.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - begin) * 1000)
    whole, processor = quantiles(clock, n=20), quantiles(own, n=20)
    return {"p50": whole[9], "p95": whole[18], "processor p50": processor[9], "processor p95": processor[18]}


def measure(times: int) -> dict[str, dict[str, float]]:
    import typst
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    from keyuan.accounts.models import OrgUnit, User
    from keyuan.accounts.roles import Role
    from keyuan.accounts.scope import viewer_of
    from keyuan.customers.actions import CustomerDraft, PersonDraft, open_portal_account, register_customer
    from keyuan.kernel.actor import Actor
    from keyuan.trust import authorities, revocations, sealing
    from keyuan.trust.actions import certify, sign_as_customer
    from keyuan.trust.documents import check_pdf, sign_pdf
    from keyuan.trust.signing import statement
    from keyuan.trust.tests.conftest import Device

    system = Actor.system("benchmark")
    unit = OrgUnit.objects.create(code="HO", name="总公司", kind="head_office", path="/1/")
    draft = CustomerDraft(name="陈秀英", org_unit_id=unit.pk, details=PersonDraft())
    customer = register_customer(draft, by=system)
    user = User.objects.create_user("customer", role=Role.CUSTOMER)
    open_portal_account(customer.pk, user_id=user.pk, by=system)
    viewer, device = viewer_of(user), Device()
    own = certify(customer.pk, csr_pem=device.csr, device="bench", identity_check_id="bench", by=viewer)
    policy: Any = typst.compile(b"= Policy\n" + b"Clause. " * 4000)
    signed: list[bytes] = []

    def sign_document(number: int) -> None:
        signed[:] = [sign_pdf(policy, "保险单")]

    documents = [statement(("order", str(number)), premium="386.00", holder="陈秀英") for number in range(-1, times)]
    values = [device.sign(document) for document in documents]

    def sign(number: int) -> None:
        sign_as_customer(
            customer.pk,
            subject=("order", str(number)),
            document=documents[number + 1],
            signature_b64u=values[number + 1],
            certificate_serial=own.serial,
            by=viewer,
        )

    leaf = authorities.loaded(bytes(own.der))
    issuer = authorities.known("issuing").certificate
    question = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA256()).build()
    asked = question.public_bytes(Encoding.DER)
    root = authorities.roots()[0]
    print(f"a document of {len(policy) // 1024} kB")
    return {
        "sign a PDF": measured(sign_document, times),
        "check a PDF": measured(lambda _: check_pdf(signed[0], root=root), times),
        "sign as customer": measured(sign, times),
        "answer OCSP": measured(lambda _: revocations.respond(asked), times),
        "seal a digest": measured(lambda _: sealing.seal(bytes(32)), times),
    }


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    from dataclasses import replace

    from django.conf import settings
    from django.db import connection

    parser = argparse.ArgumentParser(prog="python -m benchmarks trust", description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    asked = parser.parse_args(arguments)
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_trust"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, folder=Path(folder))
            found = measure(asked.times)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    print(f"\n{asked.times} times each, one process; milliseconds\n")
    print(f"{'':20}{'p50':>10}{'p95':>10}{'processor: p50':>17}{'p95':>10}")
    for name, one in found.items():
        print(f"{name:20}{one['p50']:10.1f}{one['p95']:10.1f}{one['processor p50']:17.1f}{one['processor p95']:10.1f}")
    print(f"\nkept as {write_results('trust', {**found, 'pace': pace()})}")
