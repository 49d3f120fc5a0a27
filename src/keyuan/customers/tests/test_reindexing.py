"""A new index key: everybody is found again, however often the work is interrupted."""

import secrets

from keyuan.customers import actions, queries
from keyuan.customers.tests.conftest import CLERK
from keyuan.kernel import sealing
from keyuan.kernel.sealing import Keyring


def test_after_a_new_index_key_everybody_is_found_again(insurer, everybody, monkeypatch):
    first = insurer.person(mobile="13812345678", id_number="11010519491231002X", email="wang@example.com")
    second = insurer.person("李娜", mobile="13987654321")
    actions.claim_identifier(second.pk, kind="mobile", value="13700000000", by=CLERK)
    actions.claim_identifier(second.pk, kind="plate", value="苏E12345", by=CLERK)
    actions.change_customer(first.pk, changes={"email": "new@example.com"}, by=CLERK)
    ring = sealing.keyring()
    renewed = Keyring(ring.keys, secrets.token_bytes(32))
    for module in ("keyuan.customers.registry", "keyuan.kernel.fields", "keyuan.customers.sealed_changes"):
        monkeypatch.setattr(f"{module}.keyring", lambda: renewed)

    def found(text):
        return [one.pk for one in queries.by_identifier(text, viewer=everybody)]

    assert found("13812345678") == []
    last = actions.reindex_identifiers(batch=1)
    assert last == first.pk
    assert found("13812345678") == [first.pk]
    assert found("13987654321") == []
    assert actions.reindex_identifiers(after=last, batch=1) == second.pk
    assert actions.reindex_identifiers(after=second.pk) is None
    for text, customer in (
        ("11010519491231002X", first),
        ("new@example.com", first),
        (first.number, first),
        ("13987654321", second),
        ("13700000000", second),
        ("苏E12345", second),
    ):
        assert found(text) == [customer.pk], text
    assert found("wang@example.com") == []
    assert actions.reindex_identifiers() == second.pk
