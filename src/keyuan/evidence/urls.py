"""The addresses of proof."""

from django.urls import URLPattern, path

from keyuan.evidence import views
from keyuan.evidence.pages.urls import urlpatterns as pages

app_name = "evidence"

urlpatterns: list[URLPattern] = [
    path("desk/log-seals/", views.listing, name="batches"),
    path("desk/log-seals/check/", views.check, name="check_log"),
    path("desk/log-seals/export/", views.export, name="batches_export"),
    path("desk/log-seals/<int:batch_number>/", views.batch, name="batch"),
    path("desk/log-seals/<int:batch_number>/<str:part>/", views.download, name="batch_part"),
    *pages,
]
