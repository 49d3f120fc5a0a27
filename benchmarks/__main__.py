"""``python -m benchmarks [NAME …]``: one benchmark, or all of them. Each is loaded only when it runs."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHMARKS = (
    "foundation",
    "pages",
    "duplicates",
    "workbench",
    "renewals",
    "rating",
    "underwriting",
    "proposals",
    "payments",
    "trust",
    "sealing",
    "purchases",
    "tracing",
    "cube",
)
# Asks for a file of its own, so it runs only by name.
BY_NAME = ("tampering",)


def main() -> None:
    name, *rest = sys.argv[1:] or [""]
    if name and name not in (*BENCHMARKS, *BY_NAME):
        sys.exit(f"no benchmark is called {name}; there are: {', '.join((*BENCHMARKS, *BY_NAME))}")
    for each in [name] if name else BENCHMARKS:
        import_module(f"benchmarks.{each}").main(rest)


if __name__ == "__main__":
    main()
