from django.apps import AppConfig


class Customer360Config(AppConfig):
    name = "keyuan.customer360"
    verbose_name = "客户全景"
