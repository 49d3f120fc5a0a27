"""The addresses of forms on the desk, and the public ones on which they are filled in."""

from django.urls import path

from keyuan.engagement.views import builder, forms, public, results, share

app_name = "engagement"

urlpatterns = [
    path("desk/forms/", forms.form_list, name="forms"),
    path("desk/forms/new/", forms.create, name="create"),
    path("desk/forms/<int:form_id>/", builder.build, name="form"),
    path("desk/forms/<int:form_id>/question/", builder.question, name="question"),
    path("desk/forms/<int:form_id>/preview/", builder.preview, name="preview"),
    path("desk/forms/<int:form_id>/close/", builder.close, name="close"),
    path("desk/forms/<int:form_id>/share/", share.share, name="share"),
    path("desk/forms/<int:form_id>/qr/<slug:code>.<str:image>", share.qr_code, name="qr_code"),
    path("desk/forms/<int:form_id>/sheet/<slug:code>/", share.sheet, name="sheet"),
    path("desk/forms/<int:form_id>/results/", results.results, name="results"),
    path("desk/forms/<int:form_id>/results/export/", results.export, name="export"),
    path("desk/forms/filled/prospect/<int:prospect_id>/", results.filled_by_prospect, name="filled_by_prospect"),
    path("desk/forms/filled/customer/<int:customer_id>/", results.filled_by_customer, name="filled_by_customer"),
    path("f/<slug:slug>/thanks/", public.thanks, name="thanks"),
    path("f/<slug:slug>/", public.fill, name="fill"),
    path("f/<slug:slug>/<slug:code>/", public.fill, name="fill"),
]
