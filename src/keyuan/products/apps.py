from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "keyuan.products"
    verbose_name = "产品"
