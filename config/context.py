"""What every page is told: demo or not, and the domain's moment."""

from django.conf import settings

from config import clock


def portal(request):
    return {"demo": settings.DEMO, "demo_now": clock.now()}
