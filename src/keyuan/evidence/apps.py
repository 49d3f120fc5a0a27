from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "keyuan.evidence"
    verbose_name = "证据"
