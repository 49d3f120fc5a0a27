"""The addresses of the duplicates room."""

from django.urls import path

from keyuan.duplicates.views import merges, queue, review

app_name = "duplicates"

urlpatterns = [
    path("desk/duplicates/", queue.pairs, name="queue"),
    path("desk/duplicates/export/", queue.export, name="export"),
    path("desk/duplicates/search/", queue.search, name="search"),
    path("desk/duplicates/progress/", queue.progress, name="progress"),
    path("desk/duplicates/merge/", queue.merge_picked, name="merge_picked"),
    path("desk/duplicates/merges/", merges.merge_list, name="merges"),
    path("desk/duplicates/merges/<int:merge_id>/", merges.merge, name="merge"),
    path("desk/duplicates/merges/<int:merge_id>/undo/", merges.undo, name="undo"),
    path("desk/duplicates/merges/of/<str:number>/", merges.merge_of, name="merge_of"),
    path("desk/duplicates/of/<int:customer_id>/", queue.panel, name="panel"),
    path("desk/duplicates/<int:customer_id>/<int:other_id>/", review.pair, name="pair"),
    path("desk/duplicates/<int:customer_id>/<int:other_id>/merge/", review.merge_pair, name="merge_pair"),
    path("desk/duplicates/<int:customer_id>/<int:other_id>/not-the-same/", review.not_same, name="not_same"),
    path("desk/duplicates/<int:customer_id>/<int:other_id>/later/", review.later, name="later"),
]
