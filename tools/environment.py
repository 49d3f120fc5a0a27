"""Make the Python environment in .venv from a lock file; needs nothing but Python itself.

python3 tools/environment.py run|dev
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements-run.lock", "dev": "requirements.lock"}


def create() -> None:
    """An empty environment, unless a working one is there."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import sys"], capture_output=True).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        sys.exit(
            f"Python cannot make a virtual environment:\n{made.stdout}{made.stderr}\n"
            "On Debian and Ubuntu its package python3-venv is missing: apt-get install python3-venv"
        )


def install(*arguments: str) -> None:
    """Install with uv where there is one that works (seconds), otherwise with pip (a minute)."""
    quiet = {**os.environ, "VIRTUAL_ENV": str(VENV), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # Behind a company's proxy the certificates of the system are the right ones (the name of the switch has changed).
    quiet |= {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
    uv = shutil.which("uv")
    if uv:
        done = subprocess.run(
            [uv, "pip", "install", "-q", "--compile-bytecode", "--python", PYTHON, *arguments], cwd=PROJECT, env=quiet
        )
        if done.returncode == 0:
            return
    if not (VENV / "bin" / "pip").exists():
        subprocess.run([PYTHON, "-m", "ensurepip", "-q"], check=True)
    done = subprocess.run([PYTHON, "-m", "pip", "install", "-q", *arguments], cwd=PROJECT, env=quiet)
    if done.returncode:
        sys.exit("The packages could not be installed; the lines above say why. 'make' goes on where it stopped.")


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  this file is run by whatever Python the machine has
        sys.exit(
            f"Keyuan needs Python 3.11 or later; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 run"
        )
    kind = sys.argv[1]
    print(f"Python packages ({LOCKS[kind]}) ...", flush=True)
    create()
    install("--require-hashes", "-r", LOCKS[kind])
    install("--no-deps", "--no-build-isolation", "-e", ".")
    (VENV / f".{kind}").touch()
    if kind == "dev":
        (VENV / ".run").touch()


if __name__ == "__main__":
    main()
