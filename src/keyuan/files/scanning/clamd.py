"""A client of ClamAV's daemon: the commands VERSION and INSTREAM of its socket protocol (clamd(8)).

A command is prefixed with ``z`` and ended with NUL, and so is the answer. INSTREAM takes chunks of four bytes of length
(network order) and data; a chunk of length zero ends the stream.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from dataclasses import dataclass
from typing import IO

CHUNK = 1 << 16
SECONDS = 60
LONGEST_ANSWER = 4096


class ScanFailed(OSError):
    """The daemon answered that it could not scan (a limit, a fault of its own)."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """A daemon at a host and port, or at a socket file."""

    host: str = "localhost"
    port: int = 3310
    path: str = ""
    timeout: float = SECONDS

    def scan(self, stream: IO[bytes]) -> tuple[str, str]:
        """What is wrong with the bytes (empty: nothing), and the daemon's version; raises OSError."""
        version = self._ask(b"zVERSION\0").split("/", 1)[0]
        with self._connected() as link:
            # A daemon whose limit is passed answers and hangs up while we are still sending: its answer is read then.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                link.sendall(b"zINSTREAM\0")
                while block := stream.read(CHUNK):
                    link.sendall(struct.pack("!L", len(block)) + block)
                link.sendall(struct.pack("!L", 0))
            return _threat(_answer(link)), version

    def _ask(self, command: bytes) -> str:
        with self._connected() as link:
            link.sendall(command)
            return _answer(link)

    def _connected(self) -> socket.socket:
        if self.path:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self.timeout)
            link.connect(self.path)
            return link
        return socket.create_connection((self.host, self.port), timeout=self.timeout)


def _answer(link: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
        block = link.recv(LONGEST_ANSWER)
        if not block:
            break
        told += block
    if not told:
        raise ScanFailed("clamd hung up without an answer")
    return told.rstrip(b"\0\n").decode(errors="replace")


def _threat(answer: str) -> str:
    """``stream: OK`` or ``stream: Eicar-Test-Signature FOUND``; anything else is a fault of the daemon."""
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return ""
    if told.endswith(" FOUND"):
        return told.removesuffix(" FOUND")
    raise ScanFailed(f"clamd could not scan: {told[:200]}")
