"""Addresses of the kernel's own pages."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from zerentian.kernel import views

kernel = [
    path("ui/gallery/", views.gallery, name="gallery"),
]
urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include((kernel, "kernel"))),
]
