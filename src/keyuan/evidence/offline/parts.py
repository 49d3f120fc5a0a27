"""The members of an evidence file by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

POLICY: Final = "policy/"
ORDER: Final = "order/details.json"
PRODUCT: Final = "product/definition.json"
PROOFS: Final = "log/proofs.json"
LINE: Final = re.compile(r"log/(\d{1,19})\.json")
HEAD: Final = re.compile(r"batches/(\d{1,19})\.json")
BATCH_SEAL: Final = re.compile(r"batches/(\d{1,19})\.p7s")
SIGNATURE: Final = re.compile(
    r"signatures/(\d{1,19})/(document\.json|value\.der|certificate\.der|status\.der|stamp\.der)"
)
AUTHORITY: Final = re.compile(r"authorities/([0-9a-f]{1,40})\.der")
PAGES: Final = "pages/"
SIGNED: Final = ("document.json", "value.der", "certificate.der", "status.der", "stamp.der")


def line_name(number: int) -> str:
    return f"log/{number}.json"


def numbered(members: Mapping[str, bytes], form: re.Pattern[str]) -> Iterator[tuple[int, bytes]]:
    """The members of a form by their number, the lowest first."""
    found = [(int(match[1]), content) for name, content in members.items() if (match := form.fullmatch(name))]
    yield from sorted(found, key=lambda pair: pair[0])


def signature_ids(members: Mapping[str, bytes]) -> list[int]:
    """The numbers of the signatures in the file."""
    return sorted({int(match[1]) for name in members if (match := SIGNATURE.fullmatch(name))})


def part_of(name: str) -> tuple[str, str, str]:
    """Key and names of the part that a member belongs to."""
    for form, key, en, zh in (
        (LINE, "line", "Log line", "日志行"),
        (HEAD, "batch", "Sealed batch", "封存批次"),
        (BATCH_SEAL, "batch", "Sealed batch", "封存批次"),
        (SIGNATURE, "signature", "Customer's signature", "客户签名"),
    ):
        if match := form.fullmatch(name):
            return f"{key}:{match[1]}", f"{en} {match[1]}", f"{zh} {match[1]}"
    return next(
        (told for start, told in WHOLE.items() if name.startswith(start)),
        (f"member:{name}", f"Member {name}", f"文件 {name}"),
    )


WHOLE: Final[dict[str, tuple[str, str, str]]] = {
    "manifest": ("manifest", "List and its seal", "清单与封印"),
    POLICY: ("policy", "Policy document", "保单文件"),
    "order/": ("order", "What was applied for", "投保内容"),
    "product/": ("product", "Version of the product", "产品条款版本"),
    PROOFS: ("proofs", "Proofs of inclusion", "包含证明"),
    "authorities/": ("authorities", "Issuing certificates", "签发证书"),
    PAGES: ("pages", "Pages as shown and operations", "展示的页面与操作"),
    "README": ("readme", "Instructions", "说明"),
}
