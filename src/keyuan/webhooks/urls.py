"""The addresses on which an administrator keeps webhooks."""

from django.urls import path

from keyuan.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("desk/webhooks/", views.endpoints, name="list"),
    path("desk/webhooks/new/", views.new, name="new"),
    path("desk/webhooks/<int:endpoint_id>/", views.endpoint, name="endpoint"),
    path("desk/webhooks/<int:endpoint_id>/edit/", views.edit, name="edit"),
    path("desk/webhooks/<int:endpoint_id>/active/", views.active, name="active"),
    path("desk/webhooks/<int:endpoint_id>/secret/", views.secret, name="secret"),
    path("desk/webhooks/<int:endpoint_id>/ping/", views.ping, name="ping"),
    path("desk/webhooks/<int:endpoint_id>/replay/", views.replay, name="replay"),
    path("desk/webhooks/deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("desk/webhooks/deliveries/<int:delivery_id>/again/", views.again, name="again"),
]
