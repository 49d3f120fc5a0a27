"""Everything that is checked without running the tests; goes through to the end and fails if one of them failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
BIN = PROJECT / ".venv" / "bin"
CHECKS: dict[str, list[str]] = {
    "style": ["ruff", "check", "-q"],
    "format": ["ruff", "format", "-q", "--check"],
    "layers": ["lint-imports", "--no-logo"],
    "translations": ["python", "tools/messages.py", "check"],
    "glossary": ["pytest", "-q", "--no-header", "tests/architecture/test_glossary.py"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run", "--settings", "keyuan.settings.test"],
    "types": ["mypy", "--no-error-summary"],
}


def main() -> None:
    wanted = sys.argv[1:] or list(CHECKS)
    failed = []
    for name in wanted:
        program, *arguments = CHECKS[name]
        begin = time.monotonic()
        done = subprocess.run(
            [BIN / program, *arguments],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": "src"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(f"{name:14}{'ok' if done.returncode == 0 else 'FAILED':8}{time.monotonic() - begin:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
