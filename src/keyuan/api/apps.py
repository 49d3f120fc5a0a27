from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "keyuan.api"
    verbose_name = "接口"
