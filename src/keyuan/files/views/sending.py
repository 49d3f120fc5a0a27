"""One file as a program sends it: looked at by its length before its content is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from keyuan.files import queries
from keyuan.files.refusals import FileTooLarge, NothingChosen, SubjectNotFound
from keyuan.files.subjects import CUSTOMER

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class SentForm(forms.Form):
    """The parts of the request."""

    record = forms.CharField(max_length=20, required=False)
    record_id = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    note = forms.CharField(max_length=200, required=False)
    file = forms.FileField(allow_empty_file=True, max_length=1000)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: the file, what it is to lie on (``record_id`` 0: the customer), and a note."""

    file: UploadedFile[bytes]
    record: str
    record_id: int
    note: str


def one_file(request: HttpRequest) -> Sent:
    """The request's file; raises FileTooLarge, NothingChosen, SubjectNotFound."""
    limit = queries.limit_mb()
    length = int(request.headers.get("Content-Length") or 0)
    if length > (limit + 1) << 20:
        raise FileTooLarge(name=_("上传的文件"), size=length >> 20, limit=limit)
    try:
        form = SentForm(request.POST, request.FILES)
    except (MultiPartParserError, BadRequest) as broken:
        raise NothingChosen from broken
    if not form.is_valid():
        raise SubjectNotFound if {"record", "record_id"} & set(form.errors) else NothingChosen
    told = form.cleaned_data
    return Sent(told["file"], told["record"] or CUSTOMER, told["record_id"] or 0, told["note"])
