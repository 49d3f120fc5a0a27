from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "keyuan.demo"
    verbose_name = "演示数据"
