from django.apps import AppConfig


class BuyingConfig(AppConfig):
    name = "keyuan.buying"
    verbose_name = "网上投保"
