"""The addresses of the customer's pages."""

from django.urls import path

from keyuan.home.views import front

app_name = "home"

urlpatterns = [
    path("home/", front.front, name="front"),
    path("home/look/", front.look, name="look"),
    path("home/sign-in/", front.sign_in, name="sign_in"),
    path("home/policies/", front.policies, name="policies"),
]
