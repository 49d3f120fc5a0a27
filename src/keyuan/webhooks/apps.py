from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "keyuan.webhooks"
    verbose_name = "事件推送"
