from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    name = "keyuan.servicedesk"
    verbose_name = "服务台"
