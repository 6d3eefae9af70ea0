"""Addresses of the kernel's own pages."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from zerentian.kernel import views

kernel = [
    path("ui/gallery/", views.gallery, name="gallery"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/cancel/", views.run_cancel, name="run_cancel"),
    path("files/<int:pk>/", views.file, name="file"),
    path("audit/acts/", views.acts, name="acts"),
    path("audit/acts/<int:pk>/", views.act, name="act"),
    path("audit/readings/", views.readings, name="readings"),
    path("heads/", login_not_required(views.heads), name="heads"),
]
urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include((kernel, "kernel"))),
]
