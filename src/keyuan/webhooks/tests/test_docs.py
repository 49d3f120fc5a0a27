"""The receiver in docs/webhooks.md takes what we send, and nothing else."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from keyuan.customers.models import Customer
from keyuan.webhooks.delivering import deliver_due
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.sending import post
from keyuan.webhooks.tests.conftest import happens, read_log

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = Path(__file__).resolve().parents[4] / "docs" / "webhooks.md"


@pytest.fixture
def documented(settings: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documented receiver, running; its address and its names."""
    settings.KEYUAN_SANDBOX, settings.KEYUAN_WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
    found = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102  our own documentation
    names["Receiver"].log_message = lambda *args: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), names["Receiver"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", names
    server.shutdown()
    server.server_close()


def test_the_documented_receiver_takes_our_deliveries_once(
    documented: tuple[str, dict[str, Any]], made: Callable[..., Endpoint], person: Callable[..., Customer]
) -> None:
    address, names = documented
    made(kinds=("contact.made",), url=address)
    Endpoint.objects.update(secret=names["SECRET"])
    line = happens(person())
    read_log()
    deliver_due()
    assert (Delivery.objects.get().last_status, names["TAKEN"]) == (204, {f"evt_{line}"})
    forged = {"webhook-id": "evt_1", "webhook-timestamp": "1700000000", "webhook-signature": "v1,x"}
    assert post(address, b"{}", forged).status == 401
    assert names["TAKEN"] == {f"evt_{line}"}
