from django.apps import AppConfig


class EventlogConfig(AppConfig):
    name = "keyuan.eventlog"
    verbose_name = "事件日志"
