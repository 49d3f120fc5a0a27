"""Every address of the site. Each room spells its whole addresses in its own ``urls.py``; here they are only joined."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from keyuan.web.views import components, day, health, home, live, overview, preferences

#: An address is looked for in this order: what is asked most often comes first.
ROOMS = (
    "api",
    "home",
    "evidence",
    "buying",
    "journeys",
    "customer360",
    "retention",
    "duplicates",
    "engagement",
    "insight",
    "tiers",
    "sales",
    "files",
    "webhooks",
    "trust",
    "customfields",
    "customers",
    "policies",
    "claims",
    "billing",
    "underwriting",
    "orders",
    "servicedesk",
    "intake",
    "agents",
    "products",
    "messages",
    "identity",
    "deadlines",
    "eventlog",
)


def rooms() -> list[URLResolver]:
    """The addresses of the rooms that have any."""
    built = (room for room in ROOMS if find_spec(f"keyuan.{room}"))
    names = (f"keyuan.{room}.urls" for room in built)
    return [path("", include(name)) for name in names if find_spec(name)]


web: list[URLPattern] = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("desk/live/", live.live, name="live"),
    path("desk/appearance/", preferences.appearance, name="appearance"),
    path("desk/my-day/tasks/", home.open_tasks, name="open_tasks"),
    path("desk/my-day/renewals/", day.renewals, name="day_renewals"),
    path("desk/insight/overview/", overview.overview, name="overview"),
    path("desk/components/", components.components, name="components"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *rooms(),
    path("", include((web, "web"))),
    path("accounts/", include("keyuan.accounts.urls")),
]

handler400 = "keyuan.web.views.errors.bad_request"
handler403 = "keyuan.web.views.errors.forbidden"
handler404 = "keyuan.web.views.errors.not_found"
handler500 = "keyuan.web.views.errors.broken"
