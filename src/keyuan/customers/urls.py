"""The addresses on which customers are registered and kept. The 360 page and the list are customer360's."""

from django.urls import path

from keyuan.customers.views import details, ties

app_name = "customers"

urlpatterns = [
    path("desk/customers/new/", details.create, name="create"),
    path("desk/customers/<int:pk>/edit/", details.edit, name="edit"),
    path("desk/customers/<int:pk>/edit/<str:part>/", details.edit, name="edit"),
    path("desk/customers/<int:pk>/unmask/", details.unmask, name="unmask"),
    path("desk/customers/<int:pk>/relations/", ties.relate, name="relate"),
    path("desk/customers/<int:pk>/relations/<int:other>/<str:kind>/end/", ties.unrelate, name="unrelate"),
    path("desk/customers/<int:pk>/household/", ties.household, name="household"),
    path("desk/customers/<int:pk>/consents/", ties.consent, name="consent"),
    path("desk/customers/<int:pk>/consents/<str:purpose>/withdraw/", ties.withdraw, name="withdraw"),
    path("desk/customers/<int:pk>/identifiers/", ties.identifiers, name="identifiers"),
    path("desk/customers/<int:pk>/identifiers/<int:identifier>/end/", ties.end_identifier, name="end_identifier"),
    path("desk/customers/<int:pk>/covers/", ties.covers, name="covers"),
    path("desk/customers/<int:pk>/covers/<int:cover>/remove/", ties.remove_cover, name="remove_cover"),
    path("desk/customers/<int:pk>/agent/", ties.assign, name="assign"),
]
