"""The addresses of the 360 page, of find and of the customers list."""

from django.urls import path, register_converter

from keyuan.customer360.views import bulk, customer, enterprises, find, keeping, listing, queries

app_name = "customer360"


class CustomerKey:
    """A customer number (a letter and digits) or the id: ``K0000000013`` or ``1``."""

    regex = r"[A-Za-z]\d{1,19}|\d{1,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str | int) -> str:
        return str(value)


register_converter(CustomerKey, "customer_key")

urlpatterns = [
    path("desk/customers/", listing.customers, name="list"),
    path("desk/customers/export/", listing.export, name="export"),
    path("desk/queries/", queries.queries, name="queries"),
    path("desk/queries/builder/", queries.builder, name="query_builder"),
    path("desk/queries/count/", queries.count, name="query_count"),
    path("desk/queries/apply/", queries.apply, name="query_apply"),
    path("desk/queries/export/", keeping.export, name="query_export"),
    path("desk/queries/save/", keeping.save, name="query_save"),
    path("desk/queries/views/<int:view_id>/forget/", keeping.forget, name="query_forget"),
    path("desk/queries/bulk/", bulk.bulk, name="query_bulk"),
    path("desk/queries/runs/<int:bulk_run_id>/", bulk.run, name="query_run"),
    path("desk/find/", find.find, name="find"),
    path("desk/find/all/", find.find_page, name="find_page"),
    path("desk/customers/<customer_key:key>/", customer.customer, name="customer"),
    path("desk/customers/<customer_key:key>/panel/", listing.panel, name="panel"),
    path("desk/customers/<customer_key:key>/timeline/", customer.timeline, name="timeline"),
    path("desk/customers/<customer_key:key>/piece/<str:piece>/", customer.piece, name="piece"),
    path("desk/customers/<customer_key:key>/enterprise/", enterprises.enterprise, name="enterprise"),
    path("desk/customers/<customer_key:key>/companies/", enterprises.companies, name="companies"),
]
