"""What tests need of the system: Chromium, and programs that check what we signed. Installed with apt where that can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
#: The programs of others by which signatures and keys are checked, and the packages that bring them.
CHECKERS = {"pdfsig": "poppler-utils", "openssl": "openssl", "softhsm2-util": "softhsm2"}


def find() -> str | None:
    """The program's path: KEYUAN_CHROMIUM if set, else the first that the system has."""
    named = os.environ.get("KEYUAN_CHROMIUM")
    return named or next((path for program in PROGRAMS if (path := shutil.which(program))), None)


def missing() -> list[str]:
    """The checking programs that this machine has not."""
    return [program for program in CHECKERS if not shutil.which(program)]


def install(packages: Sequence[str]) -> None:
    """Install Debian's packages; only root on a machine with apt-get can."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"installing for the tests: {' '.join(packages)} ...", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=quiet, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)


def main() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # Apart, so that a checker that cannot be had does not keep the browser away.
        for wanted in (() if find() else PACKAGES, [CHECKERS[one] for one in missing()]):
            if wanted:
                install(wanted)
    for one in missing():
        print(f"{one} is not on this machine (Debian, Ubuntu: {CHECKERS[one]}): the tests that ask it are left out")
    if not find():
        sys.exit(
            "The browser tests need Chromium, and this machine has none.\n"
            "Install it (Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk), or name the program: "
            "KEYUAN_CHROMIUM=/path/to/chromium make test\n"
            "Everything but the browser tests runs with: .venv/bin/pytest -m 'not browser'"
        )


if __name__ == "__main__":
    main()
