"""The chain: one bit of a row, a page or a style is another chain, and the check names the part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from keyuan.evidence.offline.chain import GENESIS, Fault, Row, canonical, digest_of, faults, follow
from keyuan.evidence.pages.folding import fold, unfold

PAGE = b"<html><body>read this</body></html>"
STYLE = b"body { color: black }"
LIST = canonical({"/static/a.css": digest_of(STYLE)})
KEPT = {digest_of(LIST): LIST, digest_of(STYLE): STYLE}


def chained(*said: dict[str, object], pages: dict[int, bytes] | None = None) -> tuple[tuple[Row, ...], bytes]:
    head, rows = GENESIS, []
    for n, one in enumerate(said, 1):
        told = canonical(one)
        head = follow(head, told)
        rows.append(Row(n, told, head, (pages or {}).get(n)))
    return tuple(rows), head


def a_sale() -> tuple[tuple[Row, ...], bytes]:
    shown = {"kind": "shown", "page": digest_of(PAGE), "with": digest_of(LIST)}
    return chained(
        shown, {"kind": "sent", "values": {"name": ["林慧"]}}, {"kind": "step", "step": "submit"}, pages={1: PAGE}
    )


def test_a_chain_as_it_was_written_has_no_fault() -> None:
    rows, head = a_sale()
    assert faults(rows, head=head, length=3, kept=KEPT) == ()


@given(row=st.integers(0, 2), bit=st.integers(0, 10_000))
def test_one_bit_of_a_row_is_noticed_at_that_row(row: int, bit: int) -> None:
    rows, head = a_sale()
    told = bytearray(rows[row].told)
    told[bit % len(told)] ^= 1 << (bit % 8)
    altered = (*rows[:row], Row(row + 1, bytes(told), rows[row].head, rows[row].page), *rows[row + 1 :])
    found = faults(altered, head=head, length=3)
    assert found
    assert {one.n for one in found} == {row + 1}
    assert found[0].part == "row"


@given(bit=st.integers(0, 8 * len(PAGE) - 1))
def test_one_bit_of_a_page_is_noticed_at_that_page(bit: int) -> None:
    rows, head = a_sale()
    page = bytearray(PAGE)
    page[bit // 8] ^= 1 << (bit % 8)
    altered = (Row(1, rows[0].told, rows[0].head, bytes(page)), *rows[1:])
    assert [(one.part, one.n) for one in faults(altered, head=head, length=3)] == [("page", 1)]


def test_a_page_that_is_gone_is_noticed() -> None:
    rows, head = a_sale()
    altered = (Row(1, rows[0].told, rows[0].head, None), *rows[1:])
    assert [(one.part, one.n) for one in faults(altered, head=head, length=3)] == [("page", 1)]


def test_a_row_left_out_moved_or_cut_off_is_noticed() -> None:
    rows, head = a_sale()
    assert faults((rows[0], rows[2]), head=head, length=3)[0].part == "row"
    assert [one.part for one in faults(rows[:2], head=head, length=3)] == ["length", "head"]
    swapped = (rows[0], Row(2, rows[2].told, rows[1].head), Row(3, rows[1].told, rows[2].head))
    assert {one.n for one in faults(swapped, head=head, length=3)} == {2, 3}


def test_a_style_that_is_another_is_noticed() -> None:
    rows, head = a_sale()
    other = {**KEPT, digest_of(STYLE): b"body { color: white }"}
    assert [one.part for one in faults(rows, head=head, length=3, kept=other)] == ["dress"]
    assert faults(rows, head=head, length=3, kept={})[0] == Fault(
        "dress", 1, "the list of styles of row 1 is missing or altered"
    )


TOKENS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=64, max_size=64)


@given(token=TOKENS, ticket=st.from_regex(r"[A-Za-z0-9:_-]{20,60}", fullmatch=True), text=st.text())
def test_a_page_is_folded_and_unfolded_byte_for_byte(token: str, ticket: str, text: str) -> None:
    page = (
        f'<meta content="{ticket}"><body hx-headers=\'{{"X-CSRFToken": "{token}"}}\'>{text}'
        f'<input name="csrfmiddlewaretoken" value="{token}">{text}'
    ).encode()
    body, volatile = fold(page, also=[ticket.encode()])
    assert unfold(body, volatile) == page


def test_two_pages_that_differ_in_their_tokens_alone_have_one_body() -> None:
    def page(token: str, ticket: str) -> bytes:
        return f'<meta content="{ticket}"><input name="csrfmiddlewaretoken" value="{token}">'.encode()

    one = fold(page("a" * 64, "t:1"), also=[b"t:1"])
    other = fold(page("b" * 64, "t:2"), also=[b"t:2"])
    assert one[0] == other[0]
    assert (one[1], other[1]) == (("a" * 64, "t:1"), ("b" * 64, "t:2"))
