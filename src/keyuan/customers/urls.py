"""The addresses on which customers are registered and kept. The 360 page and the list are customer360's."""

from django.urls import path

from keyuan.customers.views import details, ties

app_name = "customers"

urlpatterns = [
    path("desk/customers/new/", details.create, name="create"),
    path("desk/customers/<int:customer_id>/edit/", details.edit, name="edit"),
    path("desk/customers/<int:customer_id>/edit/<str:part>/", details.edit, name="edit"),
    path("desk/customers/<int:customer_id>/unmask/", details.unmask, name="unmask"),
    path("desk/customers/<int:customer_id>/relations/", ties.relate, name="relate"),
    path("desk/customers/<int:customer_id>/relations/<int:other_id>/<str:kind>/end/", ties.unrelate, name="unrelate"),
    path("desk/customers/<int:customer_id>/household/", ties.household, name="household"),
    path("desk/customers/<int:customer_id>/consents/", ties.consent, name="consent"),
    path("desk/customers/<int:customer_id>/consents/<str:purpose>/withdraw/", ties.withdraw, name="withdraw"),
    path("desk/customers/<int:customer_id>/identifiers/", ties.identifiers, name="identifiers"),
    path(
        "desk/customers/<int:customer_id>/identifiers/<int:identifier_id>/end/",
        ties.end_identifier,
        name="end_identifier",
    ),
    path("desk/customers/<int:customer_id>/covers/", ties.covers, name="covers"),
    path("desk/customers/<int:customer_id>/covers/<int:cover_id>/remove/", ties.remove_cover, name="remove_cover"),
    path("desk/customers/<int:customer_id>/agent/", ties.assign, name="assign"),
]
