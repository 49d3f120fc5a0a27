"""The addresses of policies."""

from django.urls import path

from keyuan.policies import custom_page, views

app_name = "policies"

urlpatterns = [
    path("desk/policies/", views.policies, name="list"),
    path("desk/policies/<int:policy_id>/", views.policy, name="detail"),
    path("desk/policies/<int:policy_id>/custom/", custom_page.custom, name="custom"),
    path("desk/policies/<int:policy_id>/<slug:step>/", views.policy_step, name="step"),
]
