"""Addresses of the territory app."""

from django.urls import path

from zerentian.territory import views

app_name = "territory"
urlpatterns = [
    path("areas/", views.areas, name="areas"),
    path("areas/<int:code>/", views.area, name="area"),
    path("areas/<int:code>/export/", views.area_export, name="area_export"),
]
