"""The addresses of the outbox."""

from django.urls import path

from keyuan.messages import views

app_name = "outbox"

urlpatterns = [
    path("desk/messages/", views.outbox, name="list"),
    path("desk/messages/<int:message_id>/", views.message, name="message"),
    path("desk/messages/<int:message_id>/resend/", views.resend, name="resend"),
]
