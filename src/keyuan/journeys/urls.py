"""The addresses of the journeys: what staff do across rooms, and what anybody may check of a policy document."""

from django.urls import path

from keyuan.journeys.views import cooling_off, evidence, verify

app_name = "journeys"

urlpatterns = [
    path("desk/cooling-off/<int:policy_id>/", cooling_off.give_back, name="give_back"),
    path("desk/policies/<int:policy_id>/evidence/", evidence.evidence, name="evidence"),
    path("p/policies/<str:number>/<str:check>/", verify.verify, name="verify"),
]
