"""The closed vocabularies of the files room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    """Computed from what the scanner said (rules.state); nobody types one."""

    WAITING = "waiting", _("查毒中")
    CLEAN = "clean", _("已查毒")
    INFECTED = "infected", _("有病毒")
    UNSCANNED = "unscanned", _("未查毒")


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken in. ``inline``: a browser may show it, because it can hold no script."""

    code: str
    label: str
    content_type: str
    endings: tuple[str, ...]
    inline: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: tuple[FileType, ...] = (
    FileType("pdf", "PDF", "application/pdf", (".pdf",), inline=True),
    FileType("jpeg", "JPEG", "image/jpeg", (".jpg", ".jpeg", ".jfif", ".jpe"), inline=True),
    FileType("png", "PNG", "image/png", (".png",), inline=True),
    FileType("gif", "GIF", "image/gif", (".gif",), inline=True),
    FileType("webp", "WebP", "image/webp", (".webp",), inline=True),
    FileType("heic", "HEIC", "image/heic", (".heic", ".heif")),
    FileType("tiff", "TIFF", "image/tiff", (".tif", ".tiff")),
    FileType("bmp", "BMP", "image/bmp", (".bmp",)),
    FileType("docx", "Word", f"{_OFFICE}.wordprocessingml.document", (".docx",)),
    FileType("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",)),
    FileType("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation", (".pptx",)),
    # The older office formats and WPS share one container.
    FileType("office", "Office 97–2003 / WPS", "application/x-ole-storage", (".doc", ".xls", ".ppt", ".wps", ".et")),
    # 电子发票 come as OFD (GB/T 33190).
    FileType("ofd", "OFD", "application/ofd", (".ofd",)),
    FileType("mp3", "MP3", "audio/mpeg", (".mp3",)),
    FileType("wav", "WAV", "audio/wav", (".wav",)),
    FileType("amr", "AMR", "audio/amr", (".amr",)),
    FileType("mp4", "MP4", "video/mp4", (".mp4", ".m4a", ".m4v", ".mov")),
    FileType("text", "TXT / CSV", "text/plain", (".txt", ".csv", ".tsv", ".log", ".md")),
)
BY_CODE = {kind.code: kind for kind in TYPES}
ENDINGS = {ending: kind for kind in TYPES for ending in kind.endings}
