from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "keyuan.duplicates"
    verbose_name = "重复客户"

    def ready(self) -> None:
        # Reads tables, which are there only now.
        from keyuan.customers.entry import look_before_registering
        from keyuan.duplicates.queries import likely

        look_before_registering(likely)
