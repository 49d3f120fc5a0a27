from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from datetime import date

    from keyuan.billing.models import Attempt


class JourneysConfig(AppConfig):
    name = "keyuan.journeys"
    verbose_name = "业务旅程"

    def ready(self) -> None:
        from keyuan.billing.hooks import on_paid

        on_paid(_take_payment)
        on_paid(_take_later_premium, purpose="premium")


# Loaded when something is paid: the journeys stand on nearly every room, and no command should wait for them to begin.
def _take_payment(attempt: Attempt) -> date:
    from keyuan.journeys.insure import take_payment

    return take_payment(attempt)


def _take_later_premium(attempt: Attempt) -> None:
    from keyuan.journeys.premiums import take_later_premium

    take_later_premium(attempt)
