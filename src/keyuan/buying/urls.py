"""The addresses of buying online."""

from django.urls import path

from keyuan.buying.views import after, extra, identity, paying, shop, signing, wizard

app_name = "buying"

urlpatterns = [
    path("home/insure/", shop.shop, name="shop"),
    path("home/insure/guide/", shop.guide, name="guide"),
    path("home/insure/compare/", shop.compare, name="compare"),
    path("home/insure/<slug:code>/", shop.product, name="product"),
    path("home/insure/<slug:code>/price/", shop.price, name="price"),
    path("home/insure/<slug:code>/start/", shop.start, name="start"),
    path("home/orders/", after.mine, name="mine"),
    path("home/orders/<uuid:order_id>/", wizard.order, name="order"),
    path("home/orders/<uuid:order_id>/members/list.xlsx", extra.members_template, name="members_template"),
    path("home/orders/<uuid:order_id>/keep/", after.keep, name="keep"),
    path("home/orders/<uuid:order_id>/again/", after.again, name="again"),
    path("home/orders/<uuid:order_id>/identity/confirm/", identity.confirm, name="confirm"),
    path("home/orders/<uuid:order_id>/submit/", after.submit, name="submit"),
    path("home/orders/<uuid:order_id>/result/", after.result, name="result"),
    path("home/orders/<uuid:order_id>/agree/", after.agree, name="agree"),
    path("home/orders/<uuid:order_id>/certificate/", signing.certificate, name="certificate"),
    path("home/orders/<uuid:order_id>/sign/", signing.sign, name="sign"),
    path("home/orders/<uuid:order_id>/pay/", paying.pay, name="pay"),
    path("home/orders/<uuid:order_id>/pay/begin/", paying.begin_to_pay, name="begin_to_pay"),
    path("home/orders/<uuid:order_id>/done/", paying.done, name="done"),
    path("home/orders/<uuid:order_id>/withdraw/", after.withdraw, name="withdraw"),
    path("home/orders/<uuid:order_id>/<slug:step>/", wizard.step, name="step"),
]
