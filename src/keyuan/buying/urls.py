"""The addresses of buying online."""

from django.urls import path

from keyuan.buying.views import after, extra, identity, paying, shop, signing, wizard
from keyuan.buying.views.shared import of_an_order

app_name = "buying"

urlpatterns = [
    path("home/insure/", shop.shop, name="shop"),
    path("home/insure/guide/", shop.guide, name="guide"),
    path("home/insure/compare/", shop.compare, name="compare"),
    path("home/insure/<slug:code>/", shop.product, name="product"),
    path("home/insure/<slug:code>/price/", shop.price, name="price"),
    path("home/insure/<slug:code>/start/", shop.start, name="start"),
    path("home/orders/", after.mine, name="mine"),
    path("home/orders/<uuid:order_id>/", of_an_order(wizard.order), name="order"),
    path("home/orders/<uuid:order_id>/members/list.xlsx", of_an_order(extra.members_template), name="members_template"),
    path("home/orders/<uuid:order_id>/keep/", of_an_order(after.keep), name="keep"),
    path("home/orders/<uuid:order_id>/again/", of_an_order(after.again), name="again"),
    path("home/orders/<uuid:order_id>/identity/confirm/", of_an_order(identity.confirm), name="confirm"),
    path("home/orders/<uuid:order_id>/submit/", of_an_order(after.submit), name="submit"),
    path("home/orders/<uuid:order_id>/result/", of_an_order(after.result), name="result"),
    path("home/orders/<uuid:order_id>/agree/", of_an_order(after.agree), name="agree"),
    path("home/orders/<uuid:order_id>/certificate/", of_an_order(signing.certificate), name="certificate"),
    path("home/orders/<uuid:order_id>/sign/", of_an_order(signing.sign), name="sign"),
    path("home/orders/<uuid:order_id>/pay/", of_an_order(paying.pay), name="pay"),
    path("home/orders/<uuid:order_id>/pay/begin/", of_an_order(paying.begin_to_pay), name="begin_to_pay"),
    path("home/orders/<uuid:order_id>/done/", of_an_order(paying.done), name="done"),
    path("home/orders/<uuid:order_id>/withdraw/", of_an_order(after.withdraw), name="withdraw"),
    path("home/orders/<uuid:order_id>/<slug:step>/", of_an_order(wizard.step), name="step"),
]
