"""Icons of the sprite, as markup for templates and for the lists that Python writes."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@lru_cache(maxsize=2048)
def drawn(name: str, label: str = "") -> SafeString:
    """An icon (names in web/icons.txt). Decoration unless ``label`` says what it means.

    Kept: a page has up to a hundred of them, and each would work out the address of the sprite anew.
    """
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)
