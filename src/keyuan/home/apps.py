from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "keyuan.home"
    verbose_name = "客户之家"
