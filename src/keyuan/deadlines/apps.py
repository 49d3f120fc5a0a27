from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "keyuan.deadlines"
    verbose_name = "期限与参数"
