"""What proof is made of, without a database: tree, lines, heads, the container and the list."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from keyuan.evidence.offline import container
from keyuan.evidence.offline.batches import Head, read_head
from keyuan.evidence.offline.lines import COLUMNS, EXACT, line_bytes, read_line
from keyuan.evidence.offline.manifest import BLOCK, altered_ranges, manifest_bytes, read_manifest
from keyuan.evidence.offline.merkle import Tree, leaf_hash, path, root_from

# RFC 9162 §2.1.5 has no vectors; these are those of Certificate Transparency's reference tests.
VECTORS = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_tree_is_that_of_certificate_transparency(size: int) -> None:
    assert Tree(leaf_hash(one) for one in VECTORS[:size]).root().hex() == ROOTS[size]


def test_a_leaf_proves_its_own_place_and_no_other() -> None:
    for size in range(1, 20):
        leaves = [hashlib.sha256(bytes([one])).digest() for one in range(size)]
        root = Tree(leaves).root()
        for index in range(size):
            told = path(leaves, index)
            places = [at for at in range(size + 1) if root_from(leaves[index], at, size, told) == root]
            assert places == [index]
            assert root_from(leaves[index], index, size, [*told, root]) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-EXACT, EXACT)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
COLUMN_TEXTS = tuple("1" for _ in COLUMNS)


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=4))
def test_a_line_is_spelt_as_rfc_8785_says(payload: dict[str, Any]) -> None:
    made = line_bytes(COLUMN_TEXTS, json.dumps(payload))
    document = {**dict.fromkeys(COLUMNS, "1"), "form": "keyuan.line.v1", "payload": payload}
    assert made == rfc8785.dumps(document)
    told = read_line(made)
    assert told is not None
    assert told["payload"] == payload


@pytest.mark.parametrize("number", ["0.1", "1.50", "1e400", str(2**53), "12345678901234567890123", "-0.0"])
def test_a_number_that_json_would_round_stands_as_it_was_written(number: str) -> None:
    payload = f'{{"n": {number}}}'
    told = json.loads(line_bytes(COLUMN_TEXTS, payload))
    assert told["payload_text"] == payload
    assert "payload" not in told


def test_a_line_is_read_in_its_one_spelling_only() -> None:
    made = line_bytes(COLUMN_TEXTS, '{"n": 1}')
    for wrong in (made + b" ", made.replace(b'"n":1', b'"n": 1'), made.replace(b"line.v1", b"line.v2"), b"[]", b"\xff"):
        assert read_line(wrong) is None


def test_a_head_is_read_in_its_one_spelling_only() -> None:
    head = Head(7, 3, (5, 6), (9, 8), bytes(32), bytes(32), bytes(32))
    assert read_head(head.as_bytes()) == head
    assert read_head(head.as_bytes() + b"\n") is None
    assert read_head(head.as_bytes().replace(b'"lines":3', b'"lines":3.0')) is None
    assert read_head(b'{"form":"keyuan.batch.v1"}') is None


def test_no_bit_of_a_container_is_free() -> None:
    data = container.pack({"a.txt": b"abc", "b/c.json": b"{}", "empty": b""})
    free = []
    for bit in range(len(data) * 8):
        raw = bytearray(data)
        raw[bit // 8] ^= 1 << bit % 8
        try:
            members = container.unpack(bytes(raw))
        except container.Unreadable:
            continue
        if container.altered(bytes(raw), members) is None and all(one.fits for one in members):
            free.append(bit)
    assert free == []


def test_the_list_says_which_block_was_altered() -> None:
    content = bytes(3 * BLOCK + 10)
    told = read_manifest(manifest_bytes({"policy": "P1"}, {"x": content, "y": b"z"}))
    assert told is not None
    assert altered_ranges(content, told["members"]["x"]) is None
    changed = content[:5000] + b"\x01" + content[5001:]
    assert altered_ranges(changed, told["members"]["x"]) == [(BLOCK, 2 * BLOCK)]
    assert altered_ranges(content + b"\x00", told["members"]["x"]) == [(0, len(content) + 1)]
    assert altered_ranges(b"Z", told["members"]["y"]) == [(0, 1)]


def test_checking_needs_no_django() -> None:
    code = "import sys\nsys.modules['django'] = None\nimport keyuan.evidence.offline.verify"
    source = str(Path(__file__).parents[3])
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": source}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
