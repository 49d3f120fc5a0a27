from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "keyuan.identity"
    verbose_name = "身份核验"
