"""``migrate``, quicker: see kernel/migrating.py."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from keyuan.kernel.migrating import without_rendering_again


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with without_rendering_again():
            super().handle(*args, **options)
