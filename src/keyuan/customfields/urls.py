"""The addresses on which an administrator keeps the custom fields."""

from django.urls import path

from keyuan.customfields import views

app_name = "customfields"

urlpatterns = [
    path("desk/settings/fields/", views.fields, name="list"),
    path("desk/settings/fields/order/", views.order, name="order"),
    path("desk/settings/fields/new/", views.new, name="new"),
    path("desk/settings/fields/<int:field_id>/", views.field, name="field"),
    path("desk/settings/fields/<int:field_id>/retire/", views.retire, name="retire"),
    path("desk/settings/fields/<int:field_id>/restore/", views.restore, name="restore"),
]
