from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "keyuan.trust"
    verbose_name = "认证中心"
