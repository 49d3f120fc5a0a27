from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "keyuan.sales"
    verbose_name = "准客户"
