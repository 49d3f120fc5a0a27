"""E-mail addresses: lower case throughout, because nobody's mailbox has differed by case for decades."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import narrow
from keyuan.customers.states import IdentifierKind

KIND = IdentifierKind.EMAIL
_SHAPE = re.compile(r"[^@\s\"'<>(),;:\\]{1,64}@(?:[^@\s.\"'<>(),;:\\/]{1,63}\.)+[^@\s.\"'<>(),;:\\/0-9]{2,63}")


def normalise(text: str) -> str:
    """The address in lower case; raises InvalidIdentifier."""
    address = narrow(text).strip().lower()
    if len(address) > 254 or ".." in address or not _SHAPE.fullmatch(address):
        raise InvalidIdentifier(KIND, "format", _("电子邮箱应形如name@example.com。"))
    return address
