from django.conf import settings
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("agencies.urls")),
    path("", include("reporting.urls")),
    path("", include("dashboards.urls")),
    path("du-lieu/", include("dashboards.open_data.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("hop-thu/", include("config.embedded.mailbox")))
