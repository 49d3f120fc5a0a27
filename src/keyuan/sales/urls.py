"""The addresses of prospects, sources and referrals."""

from django.urls import path

from keyuan.sales.views import conversion, documents, listing, lists, proposals, prospects, public, quotes, sources

app_name = "sales"

urlpatterns = [
    path("desk/prospects/", listing.prospects, name="prospects"),
    path("desk/prospects/assign/", listing.assign, name="assign"),
    path("desk/prospects/new/", prospects.create, name="create"),
    path("desk/prospects/known/", prospects.known, name="known"),
    path("desk/prospects/<int:prospect_id>/", prospects.prospect, name="prospect"),
    path("desk/prospects/<int:prospect_id>/panel/", prospects.panel, name="panel"),
    path("desk/prospects/<int:prospect_id>/edit/", prospects.edit, name="edit"),
    path("desk/prospects/<int:prospect_id>/unmask/", prospects.unmask, name="unmask"),
    path("desk/prospects/<int:prospect_id>/convert/", conversion.convert, name="convert"),
    path("desk/prospects/<int:prospect_id>/do/<slug:move>/", prospects.move, name="move"),
    path("desk/proposals/", lists.proposals, name="proposals"),
    path("desk/proposals/new/", proposals.new, name="new_proposal"),
    path("desk/proposals/<uuid:proposal_id>/", proposals.proposal, name="proposal"),
    path("desk/proposals/<uuid:proposal_id>/again/", proposals.again, name="proposal_again"),
    path("desk/proposals/<uuid:proposal_id>/price/<int:position>/", proposals.price, name="proposal_price"),
    path("desk/proposals/<uuid:proposal_id>/do/<slug:step>/", proposals.step, name="proposal_step"),
    path("desk/proposals/<uuid:proposal_id>/qr.svg", documents.qr_code, name="proposal_qr"),
    path("desk/proposals/<uuid:proposal_id>/<slug:language>.pdf", documents.pdf, name="proposal_pdf"),
    path("p/<str:token>/price/<int:position>/", public.price, name="public_price"),
    path("p/<str:token>/", public.public, name="public"),
    path("desk/quotes/", lists.quotes, name="quotes"),
    path("desk/quotes/new/", quotes.new, name="new_quote"),
    path("desk/quotes/<slug:product>/price/", quotes.price, name="quote_price"),
    path("desk/quotes/<slug:product>/create/", quotes.create, name="quote_create"),
    path("desk/quotes/<uuid:quote_id>/", quotes.one, name="quote"),
    path("desk/sources/", sources.sources, name="sources"),
    path("desk/referrals/<int:customer_id>/", sources.referrals, name="referrals"),
]
