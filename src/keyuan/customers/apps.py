from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "keyuan.customers"
    verbose_name = "客户"
