"""The addresses of the products room."""

from django.urls import path

from keyuan.products import listing, views

app_name = "products"

urlpatterns = [
    path("desk/products/shipped/", views.offer_shipped, name="offer_shipped"),
    path("desk/products/", listing.catalogue, name="list"),
    path("desk/products/new/", views.new, name="new"),
    path("desk/products/new/check/", views.check_new, name="check_new"),
    path("desk/products/<str:code>/", views.product, name="product"),
    path("desk/products/<str:code>/draft/", views.draft, name="draft"),
    path("desk/products/<str:code>/<int:number>/", views.version, name="version"),
    path("desk/products/<str:code>/<int:number>/text/", views.text, name="text"),
    path("desk/products/<str:code>/<int:number>/edit/", views.edit, name="edit"),
    path("desk/products/<str:code>/<int:number>/check/", views.check, name="check"),
    path("desk/products/<str:code>/<int:number>/<slug:step>/", views.step, name="step"),
]
