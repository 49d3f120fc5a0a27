"""``python -m keyuan.cli`` is ``keyuan``."""

from keyuan.cli import main

main()
