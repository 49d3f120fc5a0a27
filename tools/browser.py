"""Find the system's Chromium for the browser tests; install it with apt where that can be done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def find() -> str | None:
    """The program's path: KEYUAN_CHROMIUM if set, else the first that the system has."""
    named = os.environ.get("KEYUAN_CHROMIUM")
    return named or next((path for program in PROGRAMS if (path := shutil.which(program))), None)


def install() -> None:
    """Install Debian's Chromium and a Chinese font; only root on a machine with apt-get can."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("installing Chromium for the browser tests ...", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    done = subprocess.run(command, env=quiet, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)


def main() -> None:
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if not find():
        sys.exit(
            "The browser tests need Chromium, and this machine has none.\n"
            "Install it (Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk), or name the program: "
            "KEYUAN_CHROMIUM=/path/to/chromium make test\n"
            "Everything but the browser tests runs with: .venv/bin/pytest -m 'not browser'"
        )


if __name__ == "__main__":
    main()
