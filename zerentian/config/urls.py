"""Every app's addresses, in floor order."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", login_not_required(set_language), name="set_language"),
    *(path("", include(f"{app}.urls")) for app in settings.OWN_APPS if find_spec(f"{app}.urls")),
]
handler400 = "zerentian.kernel.views.bad_request"
handler403 = "zerentian.kernel.views.forbidden"
handler404 = "zerentian.kernel.views.not_found"
handler500 = "zerentian.kernel.views.failed"
