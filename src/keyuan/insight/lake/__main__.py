"""``python -m keyuan.insight.lake``: the documentation of the lake, written from its declaration."""

from __future__ import annotations

import sys

from keyuan.insight.lake.declared import TABLES

HEAD = """# The lake

Written from `insight/lake/declared.py` by `python -m keyuan.insight.lake > docs/algorithms/lake.md`; a test compares.
What is not here does not leave the database. The folder is `KEYUAN_LAKE` (else `var/lake`); why it is as it is:
[ADR 32](../adr/0032-a-lake-of-parquet-and-a-cube-of-ibis.md).

    keyuan lake export [--again] [--json]
    keyuan lake tables [--json]

A `key` is a pseudonym of a row number: 64 bits, the same in each export, led back only with the key ring. `money` is
decimal(16, 2), a `day` a date, a `moment` a time stamp in UTC, a `word` a text of a short list or one that at least
five customers have. Files lie by year: `tables/<export>/<table>/year=2025/part.parquet`; those that count are named in
`manifest.json`.
"""


def written() -> str:
    """The page."""
    parts = [HEAD]
    for table in TABLES:
        more = "; appended by the log's cursor" if table.incremental else ""
        parts.append(f"\n## {table.name}\n\n{table.en} ({table.zh}); by the year of `{table.year_of}`{more}.\n")
        parts.append("| column | type | | |\n| --- | --- | --- | --- |")
        parts += [f"| `{one.name}` | {one.kind} | {one.en} | {one.zh} |" for one in table.columns]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
