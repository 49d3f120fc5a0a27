"""Which events an endpoint takes, when it is tried again, what may leave, and whereto."""

from __future__ import annotations

import base64
import ipaddress
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest

from keyuan.webhooks import addresses, rules, signing
from keyuan.webhooks.refusals import AddressNotAllowed


@pytest.mark.parametrize(
    ("patterns", "name", "audit", "expected"),
    [
        (["*"], "policy.issued", False, True),
        (["policy.*"], "policy.issued", False, True),
        (["policy.issued"], "policy.issued", False, True),
        (["policy.*"], "premium.received", False, False),
        (["policy.*"], "policyholder.changed", False, False),
        ([], "policy.issued", False, False),
        (["*"], "customer.unmasked", False, False),
        (["*"], "customer.unmasked", True, True),
        (["webhook.*"], "webhook.disabled", False, False),
    ],
)
def test_an_endpoint_takes_what_its_patterns_name(patterns: list[str], name: str, audit: bool, expected: bool) -> None:
    assert rules.takes(patterns, name, with_audit=audit) is expected


@pytest.mark.parametrize("text", ["", "policy", "polici.*", "policy.never", "POLICY.*", "*.*", "policy.*\n"])
def test_a_pattern_that_fits_no_event_is_none(text: str) -> None:
    assert not rules.is_pattern(text)


def test_the_pauses_grow_to_hours_and_never_run_together() -> None:
    middle = [rules.pause_after(attempt, chance=0.5) for attempt in range(1, 9)]
    assert middle[:4] == [timedelta(seconds=seconds) for seconds in (5, 20, 80, 320)]
    assert middle[-1] == rules.LONGEST_PAUSE
    assert rules.pause_after(1, chance=0.0) == timedelta(seconds=4)
    assert rules.pause_after(1, chance=1.0) == timedelta(seconds=6)
    total, attempts = timedelta(), 0
    while total < rules.GIVE_UP_AFTER:
        attempts += 1
        total += rules.pause_after(attempts, chance=0.5)
    assert 8 <= attempts <= 20


def test_nothing_sealed_leaves_and_without_data_only_names() -> None:
    payload = {"changes": {"mobile": [{"sealed": "abc"}, {"sealed": "def"}], "name": ["甲", "乙"]}, "text": "来电"}
    told = rules.public(payload, with_data=True)
    assert told == {"changes": {"mobile": ["•••", "•••"], "name": ["甲", "乙"]}, "text": "来电"}
    assert rules.public(payload, with_data=False) == {"changed": ["mobile", "name"]}
    assert rules.public({"text": "来电"}, with_data=False) == {}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not here")
def test_openssl_finds_the_same_signature() -> None:
    secret, body = signing.fresh_secret(), '{"id":"evt_1","name":"王芳"}'.encode()
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    signed = b"evt_1.1700000000." + body
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    found = subprocess.run(command, input=signed, capture_output=True, check=True).stdout
    ours = signing.headers([secret], message_id="evt_1", timestamp=1_700_000_000, body=body)
    assert ours["webhook-signature"] == "v1," + base64.b64encode(found).decode()


def test_the_example_of_the_standard_comes_out_as_printed_there() -> None:
    """https://github.com/standard-webhooks/standard-webhooks, the example of its libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    told = signing.signature(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "255.255.255.255",
    ],
)  # fmt: skip
def test_our_own_network_is_out_of_reach(address: str) -> None:
    assert not addresses.may_reach(ipaddress.ip_address(address))


def test_the_world_is_in_reach_and_what_the_installation_opens(settings: Any) -> None:
    assert addresses.may_reach(ipaddress.ip_address("8.8.8.8"))
    assert addresses.may_reach(ipaddress.ip_address("2606:4700:4700::1111"))
    settings.KEYUAN_WEBHOOK_NETWORKS = ["10.8.0.0/16"]
    assert addresses.may_reach(ipaddress.ip_address("10.8.3.4"))
    assert not addresses.may_reach(ipaddress.ip_address("10.9.3.4"))
    assert addresses.may_reach(ipaddress.ip_address("::ffff:10.8.3.4"))


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://", "example.com", "https://a:b@example.com/", "https://x/ y",
     "https://example.com/#a", "https://example.com:99999/", "javascript:alert(1)", "https://example.com/路"],
)  # fmt: skip
def test_what_is_not_a_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressNotAllowed):
        addresses.target_of(url)


def test_a_sandbox_may_use_http(settings: Any) -> None:
    settings.KEYUAN_SANDBOX = True
    target = addresses.target_of("http://example.com:8080/a?b=c")
    assert (target.secure, target.authority, target.path) == (False, "example.com:8080", "/a?b=c")


def test_a_name_that_also_points_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(AddressNotAllowed):
        addresses.resolved(addresses.target_of("https://example.com/"), "https://example.com/")
