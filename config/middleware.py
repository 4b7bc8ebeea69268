"""What every answer has: the Content-Security-Policy."""

from django.conf import settings


def content_security_policy(get_response):
    """Set the header from SECURE_CSP, the setting's name of Django 6."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
