"""Bad input: a clear error each, good rows kept, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from keyuan.customers.models import Customer
from keyuan.intake.models import Reject
from keyuan.intake.queries import reasons
from keyuan.intake.refusals import (
    EmptyFile,
    MissingColumns,
    NoSuchBook,
    NothingMatches,
    RepeatedColumns,
    UnknownSheet,
    UnreadableFile,
)
from keyuan.intake.tests.helpers import (
    CLAIMS,
    CONTACTS,
    CUSTOMERS,
    POLICIES,
    customer,
    id_number,
    mobile,
    new,
    put,
    rejected,
    take_in,
)

pytestmark = pytest.mark.django_db


def test_good_rows_are_kept_and_a_bad_one_comes_back_with_row_column_reason_and_cells(tmp_path: Path) -> None:
    bad = f"C2,李测试,110101198002310019,{mobile(2)}\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1) + bad + customer(3)))
    assert new(run, "customer") == 2
    assert rejected(run) == [(3, "证件号码", "invalid_identifier")]
    reject = Reject.objects.get()
    assert reject.cells == ["C2", "李测试", "110101198002310019", mobile(2)]
    assert reasons(reject).startswith("证件号码: “110101198002310019”无效：")
    assert not Customer.objects.filter(name="李测试").exists()


def test_a_byte_of_another_encoding_rejects_its_row_only(tmp_path: Path) -> None:
    good = (CUSTOMERS + customer(1, "王测试" * 3)).encode()
    run = take_in(put(tmp_path, customers=good + b"C2,\xff\xfe," + f"{id_number(2)},{mobile(2)}\n".encode()))
    assert new(run, "customer") == 1
    assert rejected(run) == [(3, "姓名", "broken_encoding")]
    assert Reject.objects.get().cells[1] == "\\xff\\xfe"
    assert "ff fe" in reasons(Reject.objects.get())


def test_gb18030_is_recognised(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=(CUSTOMERS + customer(1, "龘测试")).encode("gb18030")))
    assert run.files[0]["encoding"] == "gb18030"
    assert Customer.objects.get().name == "龘测试"


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=("\ufeff" + CUSTOMERS + customer(1)).encode()))
    assert (new(run, "customer"), rejected(run)) == (1, [])


def test_a_cell_of_ten_megabytes_is_rejected_whole_and_kept_whole(tmp_path: Path) -> None:
    long = "长" * 3_500_000
    run = take_in(put(tmp_path, customers=CUSTOMERS + f"C1,{long},{id_number(1)},{mobile(1)}\n" + customer(2)))
    assert new(run, "customer") == 1
    assert rejected(run) == [(2, "姓名", "cell_too_long")]
    assert Reject.objects.get().cells[1] == long


def test_a_quotation_mark_that_never_closes_is_told_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import csv

    before = csv.field_size_limit(1000)
    try:
        with pytest.raises(UnreadableFile) as caught:
            take_in(put(tmp_path, customers=CUSTOMERS + customer(1) + '"C2,' + "x" * 3000))
    finally:
        csv.field_size_limit(before)
    assert caught.value.gaps["row"] == 3


def test_a_nul_byte_is_rejected(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1, "张\0测") + customer(2)))
    assert rejected(run) == [(2, "姓名", "nul_byte")]
    assert Reject.objects.get().cells[1] == "张␀测"


def test_rows_with_too_few_or_too_many_cells_are_rejected(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=CUSTOMERS + "C1,张测试\n" + customer(2) + customer(3).strip() + ",多,余\n"))
    assert rejected(run) == [(2, "", "wrong_column_count"), (4, "", "wrong_column_count")]
    assert new(run, "customer") == 1


def test_the_same_identifier_twice_in_the_book_names_the_first_row(tmp_path: Path) -> None:
    lines = customer(1) + f"C2,李测试,{id_number(2)},{mobile(1)}\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + lines))
    assert rejected(run) == [(3, "手机号", "duplicate_in_book")]
    assert "第2行" in reasons(Reject.objects.get())


@pytest.mark.parametrize("batch", [1, 1000])
def test_the_same_identifier_in_another_batch_names_the_first_row_too(tmp_path: Path, batch: int) -> None:
    lines = customer(1) + customer(3) + f"C2,李测试,{id_number(1)},{mobile(2)}\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + lines), batch=batch)
    assert rejected(run) == [(4, "证件号码", "duplicate_in_book")]
    assert "第2行" in reasons(Reject.objects.get())
    assert new(run, "customer") == 2


def test_an_identifier_that_the_database_has_already_names_its_customer(tmp_path: Path) -> None:
    take_in(put(tmp_path / "one", customers=CUSTOMERS + customer(1)))
    known = Customer.objects.get()
    again = f"X9,李测试,{id_number(9)},{mobile(1)}\n"
    run = take_in(put(tmp_path / "two", customers=CUSTOMERS + again))
    assert rejected(run) == [(2, "手机号", "duplicate_in_database")]
    assert known.number in reasons(Reject.objects.get())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("starts", "2024-02-31", "impossible_date"),
        ("starts", "31/02/2024", "impossible_date"),
        ("starts", "0024-01-01", "impossible_date"),
        ("premium", "-5", "negative"),
        ("premium", "five", "not_a_number"),
        ("premium", "1.005", "fraction_of_a_cent"),
        ("premium", "9" * 15, "too_large"),
        ("ends", "2023-01-01", "ends_before_start"),
    ],
)
def test_impossible_dates_and_amounts_are_rejected(tmp_path: Path, field: str, value: str, code: str) -> None:
    cells = {"starts": "2024-01-01", "ends": "2025-01-01", "premium": "100.00", field: value}
    line = f"P1,C1,MOTOR,{cells['starts']},{cells['ends']},{cells['premium']},\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1), policies=POLICIES + line))
    assert new(run, "policy") == 0
    assert code in [problem["code"] for problem in Reject.objects.get().problems]


def test_amounts_with_signs_and_thousands_are_read(tmp_path: Path) -> None:
    from keyuan.policies.models import Policy

    line = 'P1,C1,MOTOR,2024年1月2日,2025/01/02,"￥1,234.50",\n'
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1), policies=POLICIES + line))
    assert rejected(run) == []
    assert str(Policy.objects.get().premium) == "1234.50"


def test_an_unknown_code_names_what_is_allowed(tmp_path: Path) -> None:
    line = "1,C1,2024-05-01,烟火,你好\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1), contacts=CONTACTS + line))
    assert rejected(run) == [(2, "渠道", "unknown_code")]
    assert "wechat" in reasons(Reject.objects.get())


def test_a_product_without_a_line_is_not_entered(tmp_path: Path) -> None:
    line = "P1,C1,NEU,2024-01-01,2025-01-01,100,\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1), policies=POLICIES + line))
    assert rejected(run) == [(2, "产品代码", "unknown_product")]


def test_a_policy_that_stands_before_its_customer_comes_in_at_the_end(tmp_path: Path) -> None:
    """One file where the customer's row is in a later batch."""
    mapping = """
book: mixed
create: [products]
files:
  - match: "*.csv"
    records:
      - record: customer
        when: {column: kind, is: customer}
        key: id
        fields: {name: name}
      - record: policy
        when: {column: kind, is: policy}
        key: id
        fields:
          customer: owner
          number: id
          product: {constant: P}
          line: {constant: life}
          channel: {constant: agent}
          payment_mode: {constant: "12"}
          premium: name
          starts_on: {constant: "2024-01-01"}
"""
    lines = "kind,id,name,owner\npolicy,P1,10.00,C1\npolicy,P2,10.00,C9\ncustomer,C1,张三,\n"
    run = take_in(put(tmp_path, mixed=lines), mapping, batch=1)
    assert (new(run, "policy"), new(run, "customer")) == (1, 1)
    assert rejected(run) == [(3, "owner", "unknown_customer")]
    assert run.counts["rejected"] == 1
    assert run.counts["rows"] == 3


def test_a_rejected_customer_takes_their_policies_and_claims_along(tmp_path: Path) -> None:
    files = {
        "customers": CUSTOMERS + "C1,张测试,123,13000000001\n",
        "policies": POLICIES + "P1,C1,MOTOR,2024-01-01,2025-01-01,100,\n",
        "claims": CLAIMS + "K1,P1,2024-03-01,50\n",
    }
    run = take_in(put(tmp_path, **files))
    codes = [code for _row, _column, code in rejected(run)]
    assert codes == ["invalid_identifier", "unknown_customer", "unknown_policy"]


@pytest.mark.parametrize("batch", [1, 1000])
def test_the_same_key_with_other_values_is_a_contradiction(tmp_path: Path, batch: int) -> None:
    other = f"C1,李四测,{id_number(1)},{mobile(1)}\n"
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1) + other), batch=batch)
    assert rejected(run)[0][2] == "contradiction"
    assert Customer.objects.get().name == "张测试"
    assert "第2行" in reasons(Reject.objects.get())


def test_a_missing_column_stops_the_file_and_names_it(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as caught:
        take_in(put(tmp_path, customers="客户编号,电话\nC1,1\n"))
    assert caught.value.gaps["missing"] == "姓名"


def test_a_column_that_stands_twice_stops_the_file(tmp_path: Path) -> None:
    with pytest.raises(RepeatedColumns):
        take_in(put(tmp_path, customers="客户编号,姓名,姓名\nC1,张,张\n"))


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        take_in(put(tmp_path, customers=""))


def test_a_file_with_only_a_header_is_a_book_without_rows(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=CUSTOMERS))
    assert run.counts["rows"] == 0
    assert run.finished_at is not None


def test_no_file_and_no_fitting_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoSuchBook):
        take_in(tmp_path / "nowhere")
    with pytest.raises(NothingMatches):
        take_in(put(tmp_path, other="a,b\n1,2\n"))


def sheet(path: Path, name: str, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        worksheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return path


def test_an_unknown_sheet_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    record = "{record: customer, key: id, fields: {name: id}}"
    mapping = f"book: b\nfiles:\n  - match: '*.xlsx'\n    sheet: 客户\n    records: [{record}]\n"
    with pytest.raises(UnknownSheet) as caught:
        take_in(sheet(tmp_path / "b.xlsx", "别的", [["id"], ["1"]]), mapping)
    assert caught.value.gaps["found"] == "别的"


def test_a_workbook_is_read_and_its_formulas_are_never_run(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        worksheet = workbook.add_worksheet("客户")
        worksheet.write_row(0, 0, ["客户编号", "姓名", "出生日期"])
        worksheet.write_string(1, 0, "=1+1")
        worksheet.write_string(1, 1, "=cmd|'/c calc'!A0")
        worksheet.write_formula(2, 0, '="C"&"2"', None, "C2")
        worksheet.write_string(2, 1, "李四测")
        worksheet.write_datetime(
            2, 2, __import__("datetime").datetime(1980, 1, 2), workbook.add_format({"num_format": "yyyy-mm-dd"})
        )
    run = take_in(path)
    assert rejected(run) == []
    assert set(Customer.objects.values_list("name", flat=True)) == {"=cmd|'/c calc'!A0", "李四测"}
    assert str(Customer.objects.get(name="李四测").person.birth_date) == "1980-01-02"


def test_a_number_that_a_spreadsheet_has_rounded_is_told_as_such(tmp_path: Path) -> None:
    rows: list[list[object]] = [["客户编号", "姓名", "证件号码"], ["C1", "张测试", float("110101198001010012")]]
    run = take_in(sheet(tmp_path / "book.xlsx", "客户", rows))
    assert rejected(run) == [(2, "证件号码", "digits_lost")]


def test_a_workbook_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"not a zip")
    with pytest.raises(UnreadableFile):
        take_in(tmp_path / "book.xlsx")
