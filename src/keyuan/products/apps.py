from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from keyuan.products.tables import also_from


class ProductsConfig(AppConfig):
    name = "keyuan.products"
    verbose_name = "产品"

    def ready(self) -> None:
        """The company's own rate tables stand beside those that are shipped."""
        if settings.KEYUAN_TABLES:
            also_from(Path(settings.KEYUAN_TABLES))
