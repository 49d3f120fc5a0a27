"""The addresses of the certificate centre. Those under trust/ stand in certificates: they never change."""

from django.urls import path

from keyuan.trust.views import services

app_name = "trust"

urlpatterns = [
    path("trust/ca/<slug:name>.cer", services.authority, name="authority"),
    path("trust/ca/<slug:name>.crl", services.revoked, name="revoked"),
    path("trust/ocsp/", services.ocsp, name="ocsp"),
    path("trust/ocsp/<path:asked>", services.ocsp, name="ocsp_get"),
    path("trust/tsa/", services.tsa, name="tsa"),
]
