from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "keyuan.lists"
    verbose_name = "清单"
