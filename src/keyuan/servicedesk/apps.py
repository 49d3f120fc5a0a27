from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    name = "keyuan.servicedesk"
    verbose_name = "服务台"

    def ready(self) -> None:
        # A record on which files can be put.
        from keyuan.servicedesk import subjects  # noqa: F401  the tables are ready only now
