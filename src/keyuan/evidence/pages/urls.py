"""The addresses of traces."""

from django.urls import path

from keyuan.evidence.pages.views import desk, frames, heard, listing, own

urlpatterns = [
    path("home/trace/", heard.heard, name="heard"),
    path("home/trace/files/<str:digest>/", frames.file, name="file"),
    path("home/orders/<uuid:sale>/replay/", own.replay, name="own_replay"),
    path("home/orders/<uuid:sale>/replay/<int:n>/", own.page, name="own_replay_page"),
    path("desk/replays/", listing.replays, name="replays"),
    path("desk/replays/<uuid:sale>/", desk.replay, name="replay"),
    path("desk/replays/<uuid:sale>/<int:n>/", desk.page, name="replay_page"),
]
