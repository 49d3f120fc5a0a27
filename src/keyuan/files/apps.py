from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "keyuan.files"
    verbose_name = "附件"
