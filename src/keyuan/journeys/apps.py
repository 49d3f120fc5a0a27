from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "keyuan.journeys"
    verbose_name = "业务旅程"

    def ready(self) -> None:
        from keyuan.billing.hooks import on_paid
        from keyuan.journeys.insure import take_payment
        from keyuan.journeys.premiums import take_later_premium

        on_paid(take_payment)
        on_paid(take_later_premium, purpose="premium")
