"""The sandbox stands by itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from keyuan.billing.sandbox.keys import keys_in
from keyuan.billing.sandbox.store import Store
from keyuan.billing.sandbox.trades import Trades


def test_it_loads_nothing_of_keyuan_and_nothing_of_django() -> None:
    program = """
import sys, keyuan.billing.sandbox.server
ours = ("keyuan", "keyuan.billing", "keyuan.billing.sandbox")
print([name for name in sys.modules if name.split(".")[0] in ("django", "alipay", "psycopg")
    or (name.startswith("keyuan") and name not in ours and not name.startswith("keyuan.billing.sandbox."))])
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_killed_it_comes_back_with_what_it_knew(gateway_folder: Path, tmp_path: Path) -> None:
    for name in ("merchant.json", "gateway.pem"):
        (tmp_path / name).write_bytes((gateway_folder / name).read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "KEYUAN_SANDBOX_GATEWAY_DIR": str(tmp_path), "KEYUAN_SANDBOX_GATEWAY_PORT": str(port)}

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "keyuan.cli", "sandbox-gateway"], env=env)
        limit = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < limit
            time.sleep(0.1)
        return process

    process = start()
    try:
        trades = Trades(Store(tmp_path / "state.db"), keys_in(tmp_path))
        trades.open("P1", subject="x", cents=100, notify_url="", return_url="", expires="")
        trades.pay("P1", cents=100, notices=())
        process.kill()
        process.wait()
        process = start()
        found = trades.find("P1")
        assert found is not None
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/cashier/{found['trade_no']}", timeout=30) as page:
            assert "付款成功" in page.read().decode()
    finally:
        process.terminate()
        assert process.wait(30) == 0


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.read() == b"up")
    except OSError:
        return False
