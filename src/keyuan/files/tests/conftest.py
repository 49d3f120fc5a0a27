"""A customer of a branch with a policy, somebody who serves them, and files of every sort."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0) + b"\0" * 8
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
# The test virus that every scanner knows (eicar.org); harmless, and put together here so that no scanner eats this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def packed(*names: str) -> bytes:
    """A zip with entries of these names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return target.getvalue()


DOCX = packed("docProps/app.xml", "[Content_Types].xml", "word/document.xml")


def upload(content: bytes = PDF, name: str = "合同.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def clerk(viewer_as: Callable[..., Viewer], org: Organisation) -> Viewer:
    """At the counter of the first branch."""
    return viewer_as(Role.COUNTER, unit=org.branch)


@pytest.fixture
def stranger(viewer_as: Callable[..., Viewer], org: Organisation) -> Viewer:
    """At the counter of the other branch."""
    return viewer_as(Role.COUNTER, unit=org.other_branch)


@pytest.fixture
def customer(org: Organisation) -> Customer:
    draft = CustomerDraft(name="林静", org_unit_id=org.branch.pk, details=PersonDraft())
    return register_customer(draft, by=Actor.system("tests"))
