"""Draw the rooms of the house from the list that import-linter checks: ``python tools/house.py`` writes docs/house.svg."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

PROJECT = Path(__file__).resolve().parents[1]
PICTURE = PROJECT / "docs" / "house.svg"
WIDTH, ROW, GAP, MARGIN = 960, 44, 8, 16


def layers() -> list[list[str]]:
    """The rooms from top to bottom; rooms of one row stand side by side and do not know each other."""
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(contract for contract in config["contracts"] if contract["type"] == "layers")
    return [
        [room.strip().strip("()").strip() for room in row.replace(":", "|").split("|")] for row in contract["layers"]
    ]


def purpose(room: str, *, short: bool = False) -> str:
    """The first sentence of the room's own docstring; only what stands before its colon where there is little room."""
    path = PROJECT / "src" / "keyuan" / room.removeprefix("keyuan.") / "__init__.py"
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = text.split("\n")[0].replace("`", "")
    return sentence.split(":")[0] if short else sentence


def draw(rows: list[list[str]]) -> str:
    """The picture as SVG: one box a room, upper rooms lean on lower ones."""
    height = MARGIN * 2 + len(rows) * (ROW + GAP) - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
        "<title>The rooms of Keyuan, upper ones lean on lower ones</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#f6f7f7"/>',
    ]
    for place, row in enumerate(rows):
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        top = MARGIN + place * (ROW + GAP)
        for seat, room in enumerate(row):
            left = MARGIN + seat * (width + GAP)
            short = escape(room.removeprefix("keyuan."))
            text = escape(purpose(room, short=len(row) > 1))
            parts += [
                f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{ROW}" rx="6" fill="#fff" stroke="#c3cccc"/>',
                f'<text x="{left + 14:.0f}" y="{top + 27}" font-size="15" font-weight="600" fill="#0f5c5c">{short}</text>',
                f'<text x="{left + 150:.0f}" y="{top + 27}" font-size="13" fill="#3b4646">{text}</text>',
            ]
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(draw(layers()))
    print(f"drew {PICTURE.relative_to(PROJECT)}")
