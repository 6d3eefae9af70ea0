"""Addresses of checks."""

from django.urls import path

from zerentian.oversight import views

app_name = "oversight"
urlpatterns = [
    path("checks/", views.rounds, name="rounds"),
    path("checks/new/", views.round_draw, name="round_draw"),
    path("checks/findings/", views.findings, name="findings"),
    path("checks/<int:pk>/", views.round_show, name="round"),
    path("checks/<int:pk>/export/", views.round_export, name="round_export"),
    path("checks/households/<int:pk>/", views.check, name="check"),
    path("checks/households/<int:pk>/replace/", views.check_replace, name="check_replace"),
]
