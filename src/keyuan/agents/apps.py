from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "keyuan.agents"
    verbose_name = "代理人"
