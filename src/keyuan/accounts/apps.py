from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "keyuan.accounts"
    verbose_name = "账户与组织"

    def ready(self) -> None:
        from keyuan.accounts import signals  # noqa: F401  Django's hook for connecting receivers
