from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "keyuan.policies"
    verbose_name = "保单"

    def ready(self) -> None:
        # A record on which files can be put.
        # What a customer is covered for already, for the needs conversation.
        from keyuan.policies import (
            cover,  # noqa: F401  the same
            subjects,  # noqa: F401  the tables are ready only now
        )
