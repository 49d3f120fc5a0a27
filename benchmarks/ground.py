"""The ground a benchmark stands on: a database of its own, commands run in it, and the real web server before it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
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
# KEYUAN_BENCH lets several working copies share the databases of one.
WORK = Path(os.environ.get("KEYUAN_BENCH", PROJECT / "build" / "bench"))


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, how long it took, and the most memory it held resident (MB)."""

    output: str
    seconds: float
    peak_mb: float


class Ground:
    """An installation under ``build/bench`` with a database of its own name: a fresh one, or (``reuse``) as it was left.

    ``template``: the installation whose database it begins as, where it has none yet.
    """

    def __init__(self, name: str, *, reuse: bool = False, template: str = "") -> None:
        self.home = WORK / name
        self.name = name.replace("-", "_")
        if not reuse:
            shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True, exist_ok=True)
        self.env = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
            "KEYUAN_VAR": str(WORK / "var"),
            "DJANGO_SETTINGS_MODULE": "keyuan.settings.base",
            "PYTHONPATH": str(PROJECT / "src"),
        }
        (WORK / "var").mkdir(exist_ok=True)
        self.url = self._database(reuse, template.replace("-", "_"))
        self.server_pid = 0
        self.env["DATABASE_URL"] = self.url
        self.run("-m", "django", "migrate", "--verbosity", "0")
        self.run("-m", "django", "collectstatic", "--noinput", "--verbosity", "0")

    def _database(self, reuse: bool, template: str) -> str:
        where = WORK / "var" / "postgres"
        start = f"print(embedded.start(Path({str(where)!r})))"
        script = f"from pathlib import Path; from keyuan.settings import embedded; {start}"
        admin = self.run("-c", script).output.strip().splitlines()[-1]
        if not reuse:
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {self.name}")
        elif template:
            with psycopg.connect(admin, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone():
                    connection.execute(f"CREATE DATABASE {self.name} TEMPLATE {template} STRATEGY FILE_COPY")
        return re.sub(r"/[^/?]+\?", f"/{self.name}?", admin)

    def run(self, *arguments: str) -> Ran:
        """Run Python with ``arguments`` on this ground; a failure shows what was printed."""
        before = time.perf_counter()
        with (self.home / "output").open("w+") as output, (self.home / "errors").open("w+") as errors:
            command = [sys.executable, *arguments]
            process = subprocess.Popen(command, env=self.env, stdout=output, stderr=errors, cwd=PROJECT)
            peak = _watch(process)
            seconds = time.perf_counter() - before
            output.seek(0)
            errors.seek(0)
            printed, complaints = output.read(), errors.read()
        if process.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{printed[-2000:]}\n{complaints[-4000:]}")
        return Ran(printed, seconds, peak)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def script(self, text: str) -> str:
        """Run ``text`` inside Django and return its last printed line."""
        setup = "import django; django.setup()\n"
        return self.run("-c", setup + text).output.strip().splitlines()[-1]

    def peak_of_server(self) -> float:
        """The most memory (MB) that any process of the running web server has held resident so far."""
        return max(_high_water(pid) for pid in _family(self.server_pid))

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
        self.server_pid = process.pid
        try:
            _await(port)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _watch(process: subprocess.Popen[bytes]) -> float:
    """Wait for the process; the most memory it held resident (MB), read off the kernel's own high-water mark."""
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]))
        time.sleep(0.1)
    return peak / 1024


def _family(pid: int) -> list[int]:
    """A process and all that came of it."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += [int(each) for each in (task / "children").read_text().split()]
    return [pid, *(each for child in children for each in _family(child))]


def _high_water(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


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
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False, default=dataclasses.asdict))
    return path


def pace() -> float:
    """How fast this machine is at this moment: million additions a second in plain Python, of one process.

    Shared machines differ by half from minute to minute; a figure of requests a second means little without it.
    """
    best = 0.0
    for _ in range(3):
        begin = time.perf_counter()
        total = 0
        for number in range(2_000_000):
            total += number
        best = max(best, 2 / (time.perf_counter() - begin))
    return best
