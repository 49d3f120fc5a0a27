from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "keyuan.engagement"
    verbose_name = "卡片与调查"
