from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BillingConfig(AppConfig):
    name = "keyuan.billing"
    verbose_name = "收费"

    def ready(self) -> None:
        post_migrate.connect(_open_accounts, sender=self)
        from keyuan.billing import hooks
        from keyuan.billing.actions.schedules import take_premium

        hooks.on_paid(take_premium, purpose="premium")


def _open_accounts(**told: object) -> None:
    # Imported here: models exist only once every room is loaded.
    from keyuan.billing.chart import open_accounts

    open_accounts()
