"""Scanning for real: a server that speaks clamd's protocol, and the test virus that every scanner knows."""

from __future__ import annotations

import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.files import actions, queries
from keyuan.files.refusals import FileBeingScanned, FileInfected
from keyuan.files.scanning.clamd import Clamd, ScanFailed
from keyuan.files.states import FileState
from keyuan.files.tests.conftest import EICAR, PDF, upload

LIMIT = 1 << 20


class Speaker(socketserver.StreamRequestHandler):
    """VERSION and INSTREAM as clamd answers them, with its limit of a stream's length."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.1/27500/Sat Nov 21 2026\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._looked_through())

    def _looked_through(self) -> bytes:
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > LIMIT:
                return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


class Daemon(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class SocketFileDaemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with Daemon(("127.0.0.1", 0), Speaker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def clamd(daemon: Daemon, settings) -> Clamd:
    port = daemon.server_address[1]
    settings.KEYUAN_SCAN_URL = f"clamd://127.0.0.1:{port}"
    return Clamd(host="127.0.0.1", port=port, timeout=5)


def file_with(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "x"
    path.write_bytes(content)
    return path


def test_the_daemon_finds_the_test_virus_and_nothing_in_a_clean_file(clamd: Clamd, tmp_path: Path) -> None:
    with file_with(tmp_path, PDF).open("rb") as clean:
        assert clamd.scan(clean) == ("", "ClamAV 1.4.1")
    with file_with(tmp_path, b"x" * 200_000 + EICAR).open("rb") as bad:
        assert clamd.scan(bad)[0] == "Win.Test.EICAR_HDB-1"


def test_a_file_beyond_the_daemons_limit_is_a_failure_and_not_clean(clamd: Clamd, tmp_path: Path) -> None:
    with file_with(tmp_path, b"x" * (8 << 20)).open("rb") as large, pytest.raises(OSError):  # noqa: PT011  of either kind
        clamd.scan(large)


def test_a_daemon_that_is_away_is_a_failure_and_not_clean(tmp_path: Path) -> None:
    with file_with(tmp_path, PDF).open("rb") as any_file, pytest.raises(OSError):  # noqa: PT011
        Clamd(host="127.0.0.1", port=1, timeout=1).scan(any_file)


def test_the_daemon_may_listen_at_a_socket_file(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as short:  # a socket's path may have 107 letters only
        path = f"{short}/clamd"
        with SocketFileDaemon(path, Speaker) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with file_with(tmp_path, PDF).open("rb") as clean:
                assert Clamd(path=path, timeout=5).scan(clean) == ("", "ClamAV 1.4.1")
            server.shutdown()


class Silent(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.read(1)


def test_a_daemon_that_hangs_up_without_a_word_is_a_failure(tmp_path: Path) -> None:
    with Daemon(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with file_with(tmp_path, PDF).open("rb") as clean, pytest.raises((ScanFailed, ConnectionResetError)):
            Clamd(host="127.0.0.1", port=port, timeout=5).scan(clean)
        server.shutdown()


@pytest.mark.django_db
def test_a_file_waits_for_the_scanner_and_then_is_clean(customer: Customer, clerk: Viewer, clamd: Clamd) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    (seen,) = queries.of(("customer", customer.pk), viewer=clerk)
    assert (seen.state, seen.openable) == (FileState.WAITING, False)
    with pytest.raises(FileBeingScanned):
        actions.open_file(row.pk, by=clerk)
    assert actions.scan_file(row.pk) == FileState.CLEAN
    assert actions.open_file(row.pk, by=clerk).scanner == "ClamAV 1.4.1"


@pytest.mark.django_db
def test_an_infected_file_is_never_handed_out_and_the_log_says_so(
    customer: Customer, clerk: Viewer, clamd: Clamd
) -> None:
    sent = upload(EICAR, "通知.txt")
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=sent, by=clerk).file
    assert actions.scan_file(row.pk) == FileState.INFECTED
    with pytest.raises(FileInfected) as refused:
        actions.open_file(row.pk, by=clerk)
    assert "EICAR" in str(refused.value)
    line = Event.objects.get(name="file.infected")
    assert (line.actor_kind, line.customer_id) == ("system", customer.pk)


@pytest.mark.django_db
def test_uploading_puts_the_scan_into_the_workers_queue_in_the_same_transaction(
    customer: Customer, clerk: Viewer, clamd: Clamd
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    job = ProcrastinateJob.objects.get(task_name="files.scan")
    assert job.args == {"file_id": row.pk}
