"""The addresses of the tiers room."""

from django.urls import path

from keyuan.tiers.views import customer, ladders, members, redemptions

app_name = "tiers"

urlpatterns = [
    path("desk/tiers/", members.members, name="list"),
    path("desk/tiers/redemptions/", redemptions.redemptions, name="redemptions"),
    path("desk/tiers/redemptions/<int:redemption_id>/give-back/", customer.give_back, name="give_back"),
    path("desk/tiers/customers/<int:customer_id>/", customer.customer, name="customer"),
    path("desk/tiers/customers/<int:customer_id>/redeem/", customer.redeem, name="redeem"),
    path("desk/tiers/customers/<int:customer_id>/review/", customer.review, name="review"),
    path("desk/tiers/rules/", ladders.ladders, name="rules"),
    path("desk/tiers/rules/<slug:ladder>/", ladders.ladder, name="ladder"),
    path("desk/tiers/rules/<slug:ladder>/draft/", ladders.draft, name="draft"),
    path("desk/tiers/rules/<slug:ladder>/<int:number>/", ladders.version, name="version"),
    path("desk/tiers/rules/<slug:ladder>/<int:number>/text/", ladders.text, name="text"),
    path("desk/tiers/rules/<slug:ladder>/<int:number>/edit/", ladders.edit, name="edit"),
    path("desk/tiers/rules/<slug:ladder>/<int:number>/<slug:step>/", ladders.step, name="step"),
]
