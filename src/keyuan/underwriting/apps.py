from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    name = "keyuan.underwriting"
    verbose_name = "核保"
