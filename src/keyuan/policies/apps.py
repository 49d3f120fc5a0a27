from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "keyuan.policies"
    verbose_name = "保单"

    def ready(self) -> None:
        # A record on which files can be put.
        from keyuan.policies import subjects  # noqa: F401  the tables are ready only now
