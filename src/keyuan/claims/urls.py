"""The addresses of claims."""

from django.urls import path

from keyuan.claims import listing, views

app_name = "claims"

urlpatterns = [
    path("desk/claims/", listing.claims, name="list"),
    path("desk/claims/<int:claim_id>/", views.claim, name="detail"),
    path("desk/claims/<int:claim_id>/<slug:step>/", views.claim_step, name="step"),
    path("desk/policies/<int:policy_id>/claims/new/", views.notify, name="notify"),
]
