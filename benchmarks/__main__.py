"""``python -m benchmarks [NAME …]``: one benchmark, or all of them."""

from __future__ import annotations

import sys

from benchmarks import duplicates, foundation, pages, workbench

BENCHMARKS = {
    "foundation": foundation.main,
    "pages": pages.main,
    "duplicates": duplicates.main,
    "workbench": workbench.main,
}


def main() -> None:
    name, *rest = sys.argv[1:] or [""]
    if name in BENCHMARKS:
        BENCHMARKS[name](rest)
    elif name:
        sys.exit(f"no benchmark is called {name}; there are: {', '.join(BENCHMARKS)}")
    else:
        for run in BENCHMARKS.values():
            run([])


if __name__ == "__main__":
    main()
