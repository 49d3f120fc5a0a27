"""The addresses of the billing room."""

from django.urls import path

from keyuan.billing.views import gateway

app_name = "billing"

urlpatterns = [
    path("pay/<slug:gateway>/notify/", gateway.notify, name="notify"),
    path("sandbox-gateway/<path:rest>", gateway.sandbox, name="sandbox"),
]
