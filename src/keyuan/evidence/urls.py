"""The addresses of proof."""

from django.urls import URLPattern

from keyuan.evidence.pages.urls import urlpatterns as pages

app_name = "evidence"

urlpatterns: list[URLPattern] = [*pages]
