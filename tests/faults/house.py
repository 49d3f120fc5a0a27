"""A whole Keyuan of its own: database, sandbox gateway, web server, worker, each a process; and what brings them back.

The house plays the part of the machine's service manager: what has died is started again, after a while.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event, Lock, Thread

import psycopg

from keyuan.settings import embedded
from tests.faults.powercut import children, cut_power, postmaster

PROJECT = Path(__file__).resolve().parents[2]
PLAIN = "tests.faults.settings"
#: A run buys more from one address than a household does.
LIMITS = "codes=999/60,codes_a_day=999/86400,codes_from=99999/3600,identity_checks=999/86400,identity_checks_from=99999/86400"
COMPANY = """
import django; django.setup()
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role
from keyuan.products.bulk import offer_shipped_products
from keyuan.trust.authorities import establish
if not OrgUnit.objects.exists():
    unit = OrgUnit.objects.create(code="HQ", name="总公司", name_en="HQ", kind=OrgUnit.Kind.HEAD_OFFICE, path="")
    OrgUnit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    User.objects.create_user(username="hotline", display_name="热线", role=Role.HOTLINE, org_unit=unit)
offer_shipped_products()
establish(demo=True)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def template() -> Path:
    """Where the tables of this version are kept as a dump, so that only the first run waits for the migrations."""
    steps = sorted(str(path.relative_to(PROJECT)) for path in PROJECT.glob("src/keyuan/*/migrations/0*.py"))
    return PROJECT / "build" / f"tables-{hashlib.sha256(''.join(steps).encode()).hexdigest()[:12]}.sql"


def dump(url: str, to: Path) -> None:
    """Write tables and rows of a database as SQL."""
    to.parent.mkdir(parents=True, exist_ok=True)
    program = str(embedded._programs() / "pg_dump")
    done = subprocess.run([program, "--no-owner", "-f", str(to), url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def restore(url: str, schema: Path) -> None:
    """Fill an empty database from a dump."""
    program = str(embedded._programs() / "psql")
    command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(schema), url]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class House:
    """An installation in ``folder``, which is made anew. ``schema``: a dump to begin with, made now if it is not there.

    ``points``: the parts are started with the points of points.py in them, armed by files in ``armed``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        schema: Path | None = None,
        points: bool = True,
        settings: str = PLAIN,
        workers: int = 2,
        heartbeat: float = 1.0,
        delayed: float = 2,
    ) -> None:
        self.folder, self.points = folder, points
        stop_leftovers(folder)
        shutil.rmtree(folder, ignore_errors=True)
        self.var, self.armed = folder / "var", folder / "armed"
        self.data = self.var / "postgres"
        for one in (self.var / "static", self.armed):
            one.mkdir(parents=True)
        self.port, self.gateway_port = free_port(), free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KEYUAN_", "DATABASE_URL"))},
            "KEYUAN_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": f"{PROJECT / 'src'}{os.pathsep}{PROJECT}",
            "KEYUAN_FAULTS": str(self.armed),
            "KEYUAN_FAULTS_DATA": str(self.data),
            "KEYUAN_DEMO_OUTBOX": "1",
            "KEYUAN_LIMITS": LIMITS,
            "KEYUAN_SANDBOX_GATEWAY_URL": f"http://127.0.0.1:{self.gateway_port}",
            "KEYUAN_TRUST_URL": f"http://127.0.0.1:{self.port}",
            "KEYUAN_SITE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
        }
        if settings == PLAIN:
            (self.var / "static" / "staticfiles.json").touch()  # nothing is to be collected
        self.commands = {
            "gateway": [
                *("keyuan.cli", "sandbox-gateway", "--port", str(self.gateway_port), "--delayed", str(delayed)),
            ],
            "web": [self._main, "serve", "--port", str(self.port), "--workers", str(workers)],
            "worker": [self._main, "worker", "--heartbeat", str(heartbeat)],
        }
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts: dict[str, int] = {}
        self.pause = 0.0
        self._stop, self._lock = Event(), Lock()
        self.url = embedded.start(self.data)
        self.env["DATABASE_URL"] = self.url
        schema = template() if schema is None else schema
        if schema.exists():
            restore(self.url, schema)
        else:
            self.python("-m", "django", "migrate", "--verbosity", "0")
            dump(self.url, schema)
        self.python("-c", COMPANY)

    @property
    def _main(self) -> str:
        return "tests.faults.part" if self.points else "keyuan.cli"

    def python(self, *arguments: str) -> None:
        """Run Python in the house; a failure shows what was printed."""
        done = subprocess.run([sys.executable, *arguments], env=self.env, cwd=PROJECT, capture_output=True, text=True)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def open(self) -> None:
        """Start the parts and keep them going."""
        _adopt_orphans()
        for name in self.commands:
            self._start(name)
        self._supervisor = Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        self.await_web(180)

    def close(self) -> None:
        """Stop everything; the data stays."""
        self._stop.set()
        if hasattr(self, "_supervisor"):
            self._supervisor.join()
        for part in self.parts.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGKILL)
            part.wait()
        with contextlib.suppress(embedded.CannotStart):
            embedded.stop(self.data)

    def _start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, "-m", *self.commands[name]],
                env=self.env, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.parts[name] = part
        if before_others := os.environ.get("KEYUAN_FAULTS_NICE"):
            # On a busy machine: the kernel gives each session its own share (autogroup), whatever nice says within it.
            with contextlib.suppress(OSError):
                Path(f"/proc/{part.pid}/autogroup").write_text(before_others)
        (self.folder / "pids.json").write_text(json.dumps([one.pid for one in self.parts.values()]))

    def _supervise(self) -> None:
        while not self._stop.wait(0.05):
            _reap()
            if postmaster(self.data) is None:
                self._stop.wait(self.pause)
                with contextlib.suppress(embedded.CannotStart):
                    embedded.start(self.data)
                    self._counted("database")
            for name, part in list(self.parts.items()):
                if part.poll() is not None and not self._stop.is_set():
                    # As a service manager does: nothing of the old one is left when the new one begins.
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(part.pid, signal.SIGKILL)
                    self._stop.wait(self.pause)
                    self._start(name)
                    self._counted(name)

    def _counted(self, name: str) -> None:
        self.restarts[name] = self.restarts.get(name, 0) + 1

    def kill(self, victim: str, choose: int) -> bool:
        """``kill -9``; False if there is nothing to kill. web: one of the processes that answer; server: all of them."""
        if victim == "database":
            cut_power(self.data)
            return True
        if victim == "server":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.parts["web"].pid, signal.SIGKILL)
            return True
        if victim == "worker":
            with contextlib.suppress(ProcessLookupError):
                self.parts["worker"].kill()
            return True
        answering = children(self.parts["web"].pid)
        if not answering:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(answering[choose % len(answering)], signal.SIGKILL)
        return True

    def is_up(self) -> bool:
        """Whether the site answers and its database does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def await_web(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_up():
            assert time.monotonic() < until, f"the site is not up after {seconds} s; see {self.folder}/web.log"
            time.sleep(0.05)


def stop_leftovers(folder: Path) -> None:
    """End what an earlier run in this folder left behind, if it was cut off itself."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        for pid in json.loads((folder / "pids.json").read_text()):
            with contextlib.suppress(OSError):
                if str(folder / "var").encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    os.killpg(pid, signal.SIGKILL)
    cut_power(folder / "var" / "postgres")
    _reap()


def _adopt_orphans() -> None:
    """The processes of a killed database become ours, so that they can be buried (prctl PR_SET_CHILD_SUBREAPER)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _reap() -> None:
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            for pid in (int(each) for each in (task / "children").read_text().split()):
                if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                    os.waitpid(pid, os.WNOHANG)
