from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Django's own flash messages have the label ``messages``."""

    name = "keyuan.messages"
    label = "outbox"
    verbose_name = "发件箱"
