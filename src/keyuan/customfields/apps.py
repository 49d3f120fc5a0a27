from django.apps import AppConfig


class CustomFieldsConfig(AppConfig):
    name = "keyuan.customfields"
    verbose_name = "自定义字段"
