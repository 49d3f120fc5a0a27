from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "keyuan.insight"
    verbose_name = "经营洞察"
