"""The addresses of insight on the desk."""

from django.urls import path

from keyuan.insight.views import cube

app_name = "insight"

urlpatterns = [
    path("desk/insight/cube/", cube.show, name="cube"),
    path("desk/insight/cube/customers/", cube.customers_behind, name="cube_customers"),
]
