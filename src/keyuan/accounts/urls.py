"""Addresses of sign-in, account security and account keeping.

What this installation does not offer stands before allauth's own addresses and closes them.
"""

from django.urls import include, path, re_path

from keyuan.accounts.views import entrance, security, units, users

pages = [
    path("security/", security.security, name="security"),
    path("tokens/", security.tokens, name="tokens"),
    path("tokens/<int:pk>/", security.token, name="token"),
    path("tokens/<int:pk>/revoke/", security.token_revoke, name="token_revoke"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new_user, name="user_new"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/password/", users.user_password, name="user_password"),
    path("users/<int:pk>/active/", users.user_active, name="user_active"),
    path("users/<int:pk>/second-factor/", users.user_second_factor, name="user_second_factor"),
    path("units/", units.units, name="units"),
    path("units/new/", units.new_unit, name="unit_new"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/move/", units.unit_move, name="unit_move"),
]

urlpatterns = [
    path("", include((pages, "accounts"))),
    re_path(r"^(?:signup|email|confirm-email|password/set|login/code|3rdparty/signup|social)/", entrance.not_offered),
    re_path(r"^password/reset/.+", entrance.not_offered),
    path("3rdparty/", entrance.not_offered),
    path("password/reset/", entrance.password_forgotten, name="password_forgotten"),
    path("preferences/", entrance.preferences, name="preferences"),
    path("", include("allauth.urls")),
]
