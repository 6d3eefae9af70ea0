"""Addresses of the register."""

from django.urls import path

from zerentian.registry import views

app_name = "registry"
urlpatterns = [
    path("households/", views.households, name="households"),
    path("households/export/", views.households_export, name="households_export"),
    path("households/<int:pk>/", views.household, name="household"),
    path("households/<int:pk>/history/", views.household_history, name="household_history"),
    path("households/<int:pk>/reveal/", views.household_reveal, name="household_reveal"),
    path("households/<int:pk>/confirm/", views.household_confirm, name="household_confirm"),
    path("households/<int:pk>/change/<slug:part>/", views.household_change, name="household_change"),
    path("households/persons/<int:pk>/change/<slug:part>/", views.person_change, name="person_change"),
    path("households/incomes/<int:pk>/change/", views.income_change, name="income_change"),
    path("households/<int:pk>/incomes/new/", views.income_new, name="income_new"),
    path("villages/<int:code>/", views.village, name="village"),
    path("villages/<int:code>/<int:year>/change/<slug:part>/", views.village_change, name="village_change"),
    path("counties/<int:code>/", views.county, name="county"),
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/template/", views.import_template, name="import_template"),
    path("imports/<int:pk>/", views.import_show, name="import"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/withdraw/", views.import_withdraw, name="import_withdraw"),
]
