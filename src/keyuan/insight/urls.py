"""The addresses of insight on the desk."""

from django.urls import path

from keyuan.insight.views import cube, models, profit

app_name = "insight"

urlpatterns = [
    path("desk/insight/cube/", cube.show, name="cube"),
    path("desk/insight/cube/customers/", cube.customers_behind, name="cube_customers"),
    path("desk/insight/models/", models.show, name="models"),
    path("desk/insight/profit/", profit.show, name="profit"),
    path("desk/insight/profit/customers/", profit.customers, name="profit_customers"),
    path("desk/insight/profit/customers/<int:customer_id>/", profit.customer, name="profit_customer"),
]
