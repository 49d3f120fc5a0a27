"""The addresses of traces."""

from django.urls import path

from keyuan.evidence.pages.views import heard

urlpatterns = [
    path("home/trace/", heard.heard, name="heard"),
]
