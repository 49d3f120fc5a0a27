from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "keyuan.retention"
    verbose_name = "续保与留存"
