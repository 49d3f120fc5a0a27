"""The addresses of the API. A new version gets a new prefix; this one stays."""

from django.urls import path

from keyuan.api.app import api

urlpatterns = [path("api/v1/", api.urls)]
