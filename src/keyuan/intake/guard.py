"""Cells that a spreadsheet would take for a formula: made harmless on the way out, and restored on the way in."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

# What a spreadsheet takes for a formula (OWASP, CSV injection). An apostrophe before it makes it text; a cell that
# already begins so gets one more, so that restoring gives back exactly what was there.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"


def neutral(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it."""
    return GUARD + cell if cell.startswith(DANGEROUS) or _guarded(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before ``neutral``."""
    return cell[1:] if cell.startswith(GUARD) and (cell[1:].startswith(DANGEROUS) or _guarded(cell[1:])) else cell


def _guarded(cell: str) -> bool:
    bare = cell.lstrip(GUARD)
    return bare != cell and bare.startswith(DANGEROUS)


def headings() -> tuple[str, str, str, str]:
    """The four columns in front of the original ones."""
    return _("文件"), _("行号"), _("列"), _("原因")


def is_rejects_header(cells: Sequence[str]) -> bool:
    """Whether a table begins with the columns that our file of rejects begins with, in either language."""
    for language in ("zh-hans", "en"):
        with override(language):
            if tuple(cell.lstrip("\ufeff") for cell in cells[:4]) == headings():
                return True
    return False
