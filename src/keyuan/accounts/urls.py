"""Addresses of sign-in and account security. What this installation does not offer stands first and closes allauth's."""

from django.urls import include, path, re_path

from keyuan.accounts import views

urlpatterns = [
    re_path(r"^(?:signup|email|confirm-email|password/set|login/code|3rdparty/signup|social)/", views.not_offered),
    re_path(r"^password/reset/.+", views.not_offered),
    path("3rdparty/", views.not_offered),
    path("password/reset/", views.password_forgotten, name="password_forgotten"),
    path("preferences/", views.preferences, name="preferences"),
    path("", include("allauth.urls")),
]
