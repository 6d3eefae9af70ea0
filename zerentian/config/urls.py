"""Every app's addresses, in floor order."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.urls")) for app in settings.OWN_APPS if find_spec(f"{app}.urls")
]
handler400 = "zerentian.kernel.views.bad_request"
handler403 = "zerentian.kernel.views.forbidden"
handler404 = "zerentian.kernel.views.not_found"
handler500 = "zerentian.kernel.views.failed"
