"""Addresses of the intake room."""

from django.urls import path

from keyuan.intake.listing import run_list
from keyuan.intake.views import runs, uploads

app_name = "intake"
urlpatterns = [
    path("intake/", run_list, name="list"),
    path("intake/upload/", uploads.upload, name="upload"),
    path("intake/template.xlsx", uploads.template, name="template"),
    path("intake/uploads/<int:pk>/map/", uploads.map_columns, name="map"),
    path("intake/uploads/<int:pk>/preview/", uploads.preview, name="preview"),
    path("intake/runs/<int:pk>/", runs.run, name="run"),
    path("intake/runs/<int:pk>/progress/", runs.progress, name="progress"),
    path("intake/runs/<int:pk>/stop/", runs.stop, name="stop"),
    path("intake/runs/<int:pk>/continue/", runs.carry_on, name="continue"),
    path("intake/runs/<int:pk>/rejects/", runs.rejects, name="rejects"),
]
