from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "keyuan.policies"
    verbose_name = "保单"
