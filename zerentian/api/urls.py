"""Addresses of the API."""

from django.urls import include, path

from zerentian.api import api

app_name = "api"
_v1 = [
    path("", api.root, name="root"),
    path("docs", api.docs, name="docs"),
    path("openapi.json", api.openapi, name="openapi"),
    *api.patterns(),
    path("<path:rest>", api.unknown, name="unknown"),
]
urlpatterns = [path("api/v1/", include(_v1))]
