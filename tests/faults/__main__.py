"""Kill at random while people buy, and read the books afterwards.

    python -m tests.faults --kills 200 --purchases 50 --seed 1

Everything runs in ``build/faults``: a database of its own (durable), web server, worker, sandbox gateway, all real
processes. About three seconds a kill. Exit code 1 if anything does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.faults.house import PROJECT, House
from tests.faults.run import Run, table


def main() -> int:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__, formatter_class=plain)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--purchases", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gap", type=float, default=1.5, help="most seconds of quiet before a kill")
    parser.add_argument("--folder", type=Path, default=PROJECT / "build" / "faults")
    parser.add_argument("--schema", type=Path, help="a dump (pg_dump) to begin with, instead of running the migrations")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    house = House(asked.folder, schema=asked.schema)
    try:
        house.open()
        told = Run(house, kills=asked.kills, purchases=asked.purchases, seed=asked.seed, gap=asked.gap).run()
    finally:
        house.close()
    sys.stdout.write((json.dumps(asdict(told), ensure_ascii=False, default=str) if asked.json else table(told)) + "\n")
    return 1 if told.faults or told.stuck or told.total < asked.kills else 0


if __name__ == "__main__":
    sys.exit(main())
