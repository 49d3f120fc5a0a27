"""The addresses of orders on the desk."""

from django.urls import path

from keyuan.orders import views

app_name = "orders"

urlpatterns = [
    path("desk/orders/", views.orders, name="list"),
    path("desk/orders/<uuid:order_id>/", views.order, name="order"),
    path("desk/orders/<uuid:order_id>/panel/", views.panel, name="panel"),
]
