from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "keyuan.orders"
    verbose_name = "投保订单"
