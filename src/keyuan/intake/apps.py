from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "keyuan.intake"
    verbose_name = "数据导入"
