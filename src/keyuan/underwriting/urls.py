"""The addresses of the underwriting room."""

from django.urls import path

from keyuan.underwriting.views import authority, one, queue, rule_sets

app_name = "underwriting"

urlpatterns = [
    path("desk/underwriting/", queue.queue, name="list"),
    path("desk/underwriting/applications/<int:application_id>/", one.application, name="application"),
    path("desk/underwriting/applications/<int:application_id>/take/", one.take, name="take"),
    path("desk/underwriting/applications/<int:application_id>/decide/", one.decide, name="decide"),
    path("desk/underwriting/authority/", authority.authority, name="authority"),
    path("desk/underwriting/rules/", rule_sets.rule_sets, name="rules"),
    path("desk/underwriting/rules/<str:rule_set>/", rule_sets.rule_set, name="rule_set"),
    path("desk/underwriting/rules/<str:rule_set>/draft/", rule_sets.draft, name="draft"),
    path("desk/underwriting/rules/<str:rule_set>/<int:number>/", rule_sets.version, name="version"),
    path("desk/underwriting/rules/<str:rule_set>/<int:number>/text/", rule_sets.text, name="text"),
    path("desk/underwriting/rules/<str:rule_set>/<int:number>/edit/", rule_sets.edit, name="edit"),
    path("desk/underwriting/rules/<str:rule_set>/<int:number>/replay/", rule_sets.replay, name="replay"),
    path("desk/underwriting/rules/<str:rule_set>/<int:number>/<slug:step>/", rule_sets.step, name="step"),
]
