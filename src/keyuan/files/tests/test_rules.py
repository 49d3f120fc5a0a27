"""What a file is, by its bytes and not by its name."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.files import rules
from keyuan.files.refusals import ContentContradictsName, FileTypeRefused
from keyuan.files.states import FileState
from keyuan.files.tests.conftest import DOCX, EICAR, JPEG, PDF, PNG, packed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
GOOD = {
    "合同.pdf": (PDF, "pdf"),
    "照片.JPG": (JPEG, "jpeg"),
    "证件.png": (PNG, "png"),
    "说明.docx": (DOCX, "docx"),
    "名单.xlsx": (XLSX, "xlsx"),
    "旧合同.doc": (OLE, "office"),
    "发票.ofd": (packed("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    "IMG_1.heic": (HEIC, "heic"),
    "录音.amr": (b"#!AMR\n" + b"\x3c" * 40, "amr"),
    "录音.mp3": (b"ID3\x04\0\0\0\0\0\0" + b"\0" * 40, "mp3"),
    "动图.gif": (b"GIF89a\x01\0\x01\0\x80\0\0" + b"\0" * 20, "gif"),
    "图.webp": (b"RIFF\x1a\0\0\0WEBPVP8L" + b"\0" * 20, "webp"),
    "录音.wav": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 30, "wav"),
    "名单.csv": ("姓名,证件号码\r\n林静,110101199003078515\r\n".encode("gb18030"), "text"),
    "名单2.csv": ("\ufeff姓名\n".encode(), "text"),
    "eicar.txt": (EICAR, "text"),
    "录像.mp4": (b"\0\0\0\x18ftypisom\0\0\x02\0", "mp4"),
}
REFUSED = {
    "page.html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "图.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "xml.svg": b'<?xml version="1.0"?><svg/>',
    "说明.txt": b"  <html><body onload=alert(1)>",
    "藏.csv": b"a,b\n1,<script>alert(1)</script>\n",
    "程序.exe": b"MZ\x90\0\x03" + b"\0" * 200,
    "程序.pdf": b"MZ\x90\0\x03" + b"\0" * 200,
    "elf.png": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "脚本.txt": b"#!/bin/sh\nrm -rf /\n",
    "压缩.zip": packed("a.txt"),
    "压缩.docx": packed("a.txt"),
    "宏.docx": packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "坏.xlsx": b"PK\x03\x04broken" + b"\0" * 50,
    "二进制.txt": b"abc\0\x01\x02",
    "空白.csv": b"",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_kind_that_is_taken_in_is_told_by_its_content(name: str) -> None:
    content, code = GOOD[name]
    file = io.BytesIO(content)
    assert rules.type_of(name, file).code == code
    assert file.tell() == 0


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_run_or_is_not_known_is_refused(name: str) -> None:
    with pytest.raises((FileTypeRefused, ContentContradictsName)):
        rules.type_of(name, io.BytesIO(REFUSED[name]))


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("照片.jpg", PDF, "PDF"), ("合同.pdf", PNG, "PNG"), ("名单.xlsx", DOCX, "Word"), ("a.exe", PDF, "PDF")],
)
def test_a_name_that_promises_something_else_is_refused_and_says_what_it_is(
    name: str, content: bytes, found: str
) -> None:
    with pytest.raises(ContentContradictsName) as refused:
        rules.type_of(name, io.BytesIO(content))
    assert found in str(refused.value)


def test_a_photo_without_an_ending_gets_that_of_its_kind() -> None:
    kind = rules.type_of("image", io.BytesIO(JPEG))
    assert rules.with_ending("image", kind) == "image.jpg"


@pytest.mark.parametrize(
    ("given_name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\合同\\终稿.pdf", "终稿.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x.pdf"),
        ("\u202efdp.exe", "_fdp.exe"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_no_path_no_header_and_does_not_run_backwards(given_name: str, tidy: str) -> None:
    assert rules.tidy_file_name(given_name) == tidy


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name: str) -> None:
    tidy = rules.tidy_file_name(name)
    assert 0 < len(tidy) <= rules.LONGEST_NAME
    assert not set(tidy) & set('/\\:*?"<>|\r\n\0')
    assert rules.tidy_file_name(tidy) == tidy


@given(st.binary(max_size=2000), st.sampled_from(["a.pdf", "a.png", "a.txt", "a.docx", "a", "a.html"]))
def test_no_bytes_break_the_look_at_them(content: bytes, name: str) -> None:
    try:
        kind = rules.type_of(name, io.BytesIO(content))
    except (FileTypeRefused, ContentContradictsName):
        return
    assert not name.endswith(".html")
    assert b"<script" not in content.lower() or kind.code != "text"


def test_the_state_is_what_the_scanner_said() -> None:
    assert rules.state(None, "", scanner=True) == FileState.WAITING
    assert rules.state(None, "", scanner=False) == FileState.UNSCANNED
    assert rules.state(NOW, "", scanner=True) == rules.state(NOW, "", scanner=False) == FileState.CLEAN
    assert rules.state(NOW, "Eicar", scanner=True) == FileState.INFECTED
    assert [one for one in FileState if rules.openable(one)] == [FileState.CLEAN, FileState.UNSCANNED]
