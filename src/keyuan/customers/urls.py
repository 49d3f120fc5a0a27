"""The addresses on which customers are registered and kept. The 360 page and the list are customer360's."""

from django.urls import path

from keyuan.customers.views import companies, contract_list, contracts, details, ties

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
    path("desk/customers/<int:customer_id>/parent/", companies.parent, name="parent"),
    path("desk/customers/<int:customer_id>/contacts/", companies.contacts, name="contacts"),
    path("desk/customers/<int:customer_id>/contracts/", companies.contracts_of, name="contracts_of"),
    path("desk/contacts/<int:contact_id>/", companies.contact, name="contact"),
    path("desk/contacts/<int:contact_id>/end/", companies.end_contact, name="end_contact"),
    path("desk/contacts/<int:contact_id>/unmask/", companies.unmask_contact, name="unmask_contact"),
    path("desk/contracts/", contract_list.contracts, name="contracts"),
    path("desk/contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("desk/contracts/<int:contract_id>/edit/", contracts.edit, name="contract_edit"),
    path("desk/contracts/<int:contract_id>/terminate/", contracts.terminate, name="contract_terminate"),
]
