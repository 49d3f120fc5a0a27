"""The addresses of the deadlines room."""

from django.urls import path

from keyuan.deadlines import views

app_name = "deadlines"

urlpatterns = [
    path("desk/calendar/", views.year, name="year"),
    path("desk/calendar/<int:number>/remove/", views.remove, name="remove_notice"),
]
