from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.drafts import CustomerDraft
    from keyuan.customers.entry import Alike


class DuplicatesConfig(AppConfig):
    name = "keyuan.duplicates"
    verbose_name = "重复客户"

    def ready(self) -> None:
        # Reads tables, which are there only now.
        from keyuan.customers.entry import look_before_registering

        look_before_registering(_likely)


def _likely(draft: CustomerDraft, viewer: Viewer) -> list[Alike]:
    # Loaded when somebody registers: comparing needs polars, and no command should wait for that to begin.
    from keyuan.duplicates.queries import likely

    return likely(draft, viewer)
