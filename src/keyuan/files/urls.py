"""The addresses of the files room."""

from django.urls import path

from keyuan.files.views import handing, keeping

app_name = "files"

urlpatterns = [
    path("desk/files/", keeping.panel, name="panel"),
    path("desk/files/upload/", keeping.upload, name="upload"),
    path("desk/files/<int:file_id>/", handing.download, name="download"),
    path("desk/files/<int:file_id>/view/", handing.view, name="view"),
    path("desk/files/<int:file_id>/hide/", keeping.hide, name="hide"),
    path("desk/files/<int:file_id>/restore/", keeping.restore, name="restore"),
]
