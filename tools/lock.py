"""Write the two lock files: requirements.lock with everything, requirements-run.lock with what ``make run`` needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
COMMON = ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock"]


def compile_lock(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--universal", *COMMON, *arguments, "pyproject.toml"]
    if subprocess.run(command, cwd=PROJECT).returncode:
        sys.exit("the lock file could not be written")


if __name__ == "__main__":
    upgrade = [] if os.environ.get("KEEP") else ["--upgrade"]
    compile_lock("--all-extras", *upgrade, "-o", "requirements.lock")
    compile_lock("--extra", "build", "-c", "requirements.lock", "-o", "requirements-run.lock")
