"""The addresses of the certificate centre. Those under trust/ stand in certificates: they never change."""

from django.urls import path

from keyuan.trust.views import desk, listing, own, policy, services

app_name = "trust"

urlpatterns = [
    path("trust/", policy.policy, name="policy"),
    path("trust/ca/<slug:name>.cer", services.authority, name="authority"),
    path("trust/ca/<slug:name>.crl", services.revoked, name="revoked"),
    path("trust/ocsp/", services.ocsp, name="ocsp"),
    path("trust/ocsp/<path:asked>", services.ocsp, name="ocsp_get"),
    path("trust/tsa/", services.tsa, name="tsa"),
    path("home/certificate/", own.own, name="own"),
    path("home/certificate/new/", own.new, name="new"),
    path("home/certificate/<str:serial>/renew/", own.renew, name="renew"),
    path("home/certificate/<str:serial>/revoke/", own.revoke, name="revoke"),
    path("desk/certificates/", listing.listing, name="list"),
    path("desk/certificates/<str:serial>/", desk.certificate, name="certificate"),
    path("desk/certificates/<str:serial>/revoke/", desk.revoke, name="revoke_for"),
]
