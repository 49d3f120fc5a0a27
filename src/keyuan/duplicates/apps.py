from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "keyuan.duplicates"
    verbose_name = "重复客户"

    def ready(self) -> None:
        # Reads tables, which are there only now.
        from keyuan.customers.entry import look_before_registering  # noqa: PLC0415
        from keyuan.duplicates.queries import likely  # noqa: PLC0415

        look_before_registering(likely)
