"""Sealed values open only for their column, unaltered, with a key of the ring."""

from __future__ import annotations

import hmac
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.sealing import CannotUnseal, Keyring, open_or_create

RING = Keyring.fresh()


@given(st.text())
def test_what_is_sealed_opens_again_and_is_not_readable_before(text: str) -> None:
    sealed = RING.seal(text, context="person.mobile")
    assert RING.unseal(sealed, context="person.mobile") == text
    assert len(text) < 4 or text.encode() not in sealed


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert RING.seal("13800138000", context="c") != RING.seal("13800138000", context="c")


def test_a_value_moved_to_another_column_is_refused() -> None:
    sealed = RING.seal("13800138000", context="person.mobile")
    with pytest.raises(CannotUnseal, match=r"does not belong to person\.fax"):
        RING.unseal(sealed, context="person.fax")


@given(st.data())
def test_an_altered_byte_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(RING.seal("622202200000000000", context="c"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotUnseal):
        RING.unseal(bytes(sealed), context="c")


@given(st.integers(0, 30))
def test_a_value_cut_short_is_refused(length: int) -> None:
    with pytest.raises(CannotUnseal):
        RING.unseal(RING.seal("x", context="c")[:length], context="c")


def test_a_value_of_another_ring_is_refused() -> None:
    with pytest.raises(CannotUnseal):
        Keyring.fresh().unseal(RING.seal("x", context="c"), context="c")


def test_a_value_with_an_unknown_key_number_is_refused() -> None:
    newer = RING.rotated().seal("x", context="c")
    with pytest.raises(CannotUnseal, match="no key number 2"):
        RING.unseal(newer, context="c")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = RING.seal("旧值", context="c")
    ring = RING.rotated()
    assert ring.unseal(old, context="c") == "旧值"
    assert int.from_bytes(ring.seal("新值", context="c")[:2], "big") == ring.current == RING.current + 1
    # What people are found by stays findable: the blind index does not rotate.
    assert ring.digest("13800138000", context="mobile") == RING.digest("13800138000", context="mobile")


def test_the_digest_depends_on_value_kind_and_key() -> None:
    digest = RING.digest("A1", context="plate")
    assert len(digest) == 16
    assert digest == RING.digest("A1", context="plate")
    assert len({digest, RING.digest("A2", context="plate"), RING.digest("A1", context="vin")}) == 3
    assert digest != Keyring.fresh().digest("A1", context="plate")


def test_a_ring_survives_its_key_file() -> None:
    again = Keyring.load(RING.rotated().dump())
    assert again.unseal(RING.seal("x", context="c"), context="c") == "x"
    assert again.digest("x", context="c") == RING.digest("x", context="c")


def test_the_key_file_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keyring.json"
    first = open_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_or_create(path).keys == first.keys


def test_processes_that_start_together_share_one_key_file(tmp_path: Path) -> None:
    path, rings = tmp_path / "keyring.json", []
    threads = [threading.Thread(target=lambda: rings.append(open_or_create(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert len({ring.index_key for ring in rings}) == 1
    assert [name.name for name in tmp_path.iterdir()] == ["keyring.json"]


@pytest.mark.parametrize("key", [b"k", b"k" * 32, b"k" * 64, b"k" * 200])
def test_the_blind_index_is_hmac_of_the_context_and_the_text(key: bytes) -> None:
    ring = Keyring({1: b"1" * 32}, key)
    texts = ["13812345678", "", "客缘" * 50, "13812345678"]
    plain = [hmac.digest(key, f"identifier.mobile\0{text}".encode(), "sha256")[:16] for text in texts]
    assert ring.digests(texts, context="identifier.mobile") == plain
    assert ring.digest("客缘" * 50, context="identifier.mobile") == plain[2]
    assert ring.digest("13812345678", context="identifier.plate") != plain[0]
