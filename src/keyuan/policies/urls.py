"""The addresses of policies."""

from django.urls import path

from keyuan.policies import custom_page, listing, views
from keyuan.policies.members import list_views
from keyuan.policies.members import views as members

app_name = "policies"

urlpatterns = [
    path("desk/policies/", listing.policies, name="list"),
    path("desk/policies/<int:policy_id>/", views.policy, name="detail"),
    path("desk/policies/<int:policy_id>/custom/", custom_page.custom, name="custom"),
    path("desk/policies/members/template.xlsx", list_views.template, name="member_template"),
    path("desk/policies/members/<int:member_id>/", members.change, name="member"),
    path("desk/policies/members/<int:member_id>/unmask/", members.unmask, name="unmask_member"),
    path("desk/policies/members/of/<int:customer_id>/", members.covers, name="group_covers"),
    path("desk/policies/members/lists/<int:member_list_id>/", list_views.member_list, name="member_list"),
    path("desk/policies/members/lists/<int:member_list_id>/rejects.csv", list_views.rejects, name="member_rejects"),
    path("desk/policies/<int:policy_id>/members/", members.members, name="members"),
    path("desk/policies/<int:policy_id>/members/add/", members.add, name="member_add"),
    path("desk/policies/<int:policy_id>/members/remove/", members.remove, name="members_remove"),
    path("desk/policies/<int:policy_id>/members/changes/", members.changes, name="member_changes"),
    path("desk/policies/<int:policy_id>/members/lists/", list_views.upload, name="member_lists"),
    path("desk/policies/<int:policy_id>/members/export/", list_views.export, name="members_export"),
    path("desk/policies/<int:policy_id>/<slug:step>/", views.policy_step, name="step"),
]
