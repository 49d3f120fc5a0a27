"""The addresses of the billing room."""

from django.urls import path

from keyuan.billing.views import desk, gateway, listing

app_name = "billing"

urlpatterns = [
    path("pay/<slug:gateway>/notify/", gateway.notify, name="notify"),
    path("sandbox-gateway/<path:rest>", gateway.sandbox, name="sandbox"),
    path("desk/billing/", listing.payments, name="list"),
    path("desk/billing/payments/<slug:number>/", desk.payment, name="payment"),
    path("desk/billing/refunds/<int:refund_id>/retry/", desk.retry, name="retry"),
    path("desk/billing/books/", desk.books, name="books"),
    path("desk/billing/books/<slug:account_code>/", desk.account, name="account"),
    path("desk/billing/reconciliation/", listing.differences, name="differences"),
    path("desk/billing/reconciliation/<int:difference_id>/", desk.difference, name="difference"),
]
