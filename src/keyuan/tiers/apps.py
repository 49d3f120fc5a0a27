from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "keyuan.tiers"
    verbose_name = "客户等级"
