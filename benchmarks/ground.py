"""The ground a benchmark stands on: a database of its own, commands run in it, and the real web server before it."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PROJECT = Path(__file__).resolve().parents[1]
WORK = PROJECT / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, how long it took, and the most memory any of its processes held (MB)."""

    output: str
    seconds: float
    peak_mb: float


class Ground:
    """A fresh installation under ``build/bench``; its database is dropped when the next benchmark begins."""

    def __init__(self, name: str) -> None:
        self.home = WORK / name
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.env = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
            "KEYUAN_VAR": str(WORK / "var"),
            "DJANGO_SETTINGS_MODULE": "keyuan.settings.base",
            "PYTHONPATH": str(PROJECT / "src"),
        }
        (WORK / "var").mkdir(exist_ok=True)
        self.url = self._fresh_database()
        self.env["DATABASE_URL"] = self.url
        self.run("-m", "django", "migrate", "--verbosity", "0")
        self.run("-m", "django", "collectstatic", "--noinput", "--verbosity", "0")

    def _fresh_database(self) -> str:
        where = WORK / "var" / "postgres"
        script = f"from pathlib import Path; from keyuan.settings import embedded; print(embedded.start(Path({str(where)!r})))"
        admin = self.run("-c", script).output.strip().splitlines()[-1]
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
            connection.execute("CREATE DATABASE bench")
        return re.sub(r"/[^/?]+\?", "/bench?", admin)

    def run(self, *arguments: str) -> Ran:
        """Run Python with ``arguments`` on this ground; a failure shows what was printed."""
        before = time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], env=self.env, capture_output=True, text=True, cwd=PROJECT)
        seconds = time.perf_counter() - before
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        # The children's high-water mark never falls, so it bounds this command's memory from above.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return Ran(done.stdout, seconds, peak)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def script(self, text: str) -> str:
        """Run ``text`` inside Django and return its last printed line."""
        setup = "import django; django.setup()\n"
        return self.run("-c", setup + text).output.strip().splitlines()[-1]

    @contextmanager
    def server(self) -> Iterator[int]:
        """The web server as ``keyuan serve`` starts it; gives its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (self.home / "server.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "keyuan.cli", "serve", "--port", str(port)],
            env=self.env,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            start_new_session=True,
        )
        try:
            _await(port)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not come up in 30 s")


def write_results(name: str, figures: object) -> Path:
    """Keep the figures of a run as JSON beside the printed table."""
    path = WORK / f"{name}.json"
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False, default=dataclasses.asdict))
    return path
