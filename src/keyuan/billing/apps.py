from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt


class BillingConfig(AppConfig):
    name = "keyuan.billing"
    verbose_name = "收费"

    def ready(self) -> None:
        post_migrate.connect(_open_accounts, sender=self)
        from keyuan.billing import hooks

        hooks.on_paid(_take_premium, purpose="premium")


def _take_premium(attempt: Attempt) -> None:
    # Loaded when the first one is paid: the room's actions are more than any command needs to begin.
    from keyuan.billing.actions.schedules import take_premium

    take_premium(attempt)


def _open_accounts(**told: object) -> None:
    # Imported here: models exist only once every room is loaded.
    from keyuan.billing.chart import open_accounts

    open_accounts()
