from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "keyuan.claims"
    verbose_name = "理赔"
