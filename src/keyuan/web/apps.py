from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "keyuan.web"
    verbose_name = "界面"
