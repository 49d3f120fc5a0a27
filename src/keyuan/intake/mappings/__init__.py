"""The mappings that are shipped: by their names."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal

FOLDER = Path(__file__).parent


class NoSuchMapping(Refusal):
    code = "no_such_mapping"
    message = _("没有映射“%(name)s”。")
    remedy = _("请给出映射文件的路径，或自带映射的名称：%(shipped)s。")


class UnreadableMapping(Refusal):
    code = "unreadable_mapping"
    message = _("映射文件“%(name)s”读不了：它不是 UTF-8 文本。")
    remedy = _("请另存为 UTF-8 编码。")


def shipped() -> tuple[str, ...]:
    """The names of the shipped mappings."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def mapping_text(name: str) -> str:
    """The YAML of a mapping: of a file, or of a shipped one by its name; raises NoSuchMapping, UnreadableMapping."""
    for path in (Path(name), FOLDER / f"{Path(name).name}.yaml"):
        if path.is_file():
            try:
                return path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                raise UnreadableMapping(name=name) from None
    raise NoSuchMapping(name=name, shipped=", ".join(shipped()))
