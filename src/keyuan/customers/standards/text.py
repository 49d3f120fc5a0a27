"""What every standard does first: one spelling for full-width characters, spaces, dashes and letters."""

from __future__ import annotations

import re
import unicodedata

# Spaces and invisible characters that people paste along; every dash and dot that people separate groups with.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc\ufe58\ufe63\uff0d]")
_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\-\u2010-\u2015\u2212\u30fc()/.,_·•・‧∙]+")


def narrow(text: str) -> str:
    """Half-width characters (Unicode NFKC); plain ASCII comes back as it is."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def compact(text: str) -> str:
    """Half-width, upper case, without any spaces, dashes, dots, slashes, underscores and brackets."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _settled(_SEPARATORS.sub("", narrow(text)).upper())


def code(text: str) -> str:
    """Half-width, upper case, without spaces, every dash as ``-``: what a number of our own or another's book becomes."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _settled(_DASHES.sub("-", _INVISIBLE.sub("", narrow(text))).upper())


def _settled(text: str) -> str:
    """Without what stood between them, letters and marks may join: joined, they are the same for ever."""
    return narrow(text)
