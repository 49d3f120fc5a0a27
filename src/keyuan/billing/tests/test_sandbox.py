"""The sandbox stands by itself."""

from __future__ import annotations

import subprocess
import sys


def test_it_loads_nothing_of_keyuan_and_nothing_of_django() -> None:
    program = """
import sys, keyuan.billing.sandbox.server
ours = ("keyuan", "keyuan.billing", "keyuan.billing.sandbox")
print([name for name in sys.modules if name.split(".")[0] in ("django", "alipay", "psycopg")
    or (name.startswith("keyuan") and name not in ours and not name.startswith("keyuan.billing.sandbox."))])
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
