"""Jobs of the files room."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

# Half an hour of tries while the scanner is away; then the file waits until somebody scans again.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=2, retry_exceptions=[OSError])


@app.task(name="files.scan", queue="files", retry=RETRY)
def scan(file_id: int) -> None:
    """Look through a file for viruses; tried again while the scanner cannot be reached."""
    from keyuan.files.scans import scan_file

    scan_file(file_id)
