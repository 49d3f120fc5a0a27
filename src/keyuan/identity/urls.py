"""The addresses of identity checks."""

from django.urls import path

from keyuan.identity import views

app_name = "identity"

urlpatterns = [
    path("desk/identity/", views.checks, name="list"),
    path("desk/identity/<uuid:check_id>/", views.check, name="check"),
    path("desk/identity/<uuid:check_id>/decide/", views.decide, name="decide"),
]
