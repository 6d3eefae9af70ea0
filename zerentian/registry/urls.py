"""Addresses of the register."""

from django.urls import path

from zerentian.registry import views

app_name = "registry"
urlpatterns = [
    path("households/", views.households, name="households"),
    path("households/export/", views.households_export, name="households_export"),
    path("households/exits/", views.exit_list, name="exit_list"),
    path("households/applications/", views.application_list, name="application_list"),
    path("households/applications/new/", views.application_new, name="application_new"),
    path("households/<int:pk>/application/", views.application, name="application"),
    path("households/<int:pk>/application/members/new/", views.application_member, name="application_member"),
    path("households/<int:pk>/application/income/", views.application_income, name="application_income"),
    path("households/<int:pk>/application/submit/", views.application_submit, name="application_submit"),
    path("households/<int:pk>/application/end/", views.application_end, name="application_end"),
    path("households/<int:pk>/application/<slug:part>/", views.application_part, name="application_part"),
    path("households/persons/<int:pk>/application/", views.application_member_change, name="application_member_change"),
    path(
        "households/persons/<int:pk>/application/drop/", views.application_member_drop, name="application_member_drop"
    ),
    path("households/<int:pk>/", views.household, name="household"),
    path("households/<int:pk>/history/", views.household_history, name="household_history"),
    path("households/<int:pk>/reveal/", views.household_reveal, name="household_reveal"),
    path("households/<int:pk>/changes/", views.change_list, name="change_list"),
    path("households/<int:pk>/changes/<slug:kind>/", views.change_new, name="change_new"),
    path("households/changes/<int:pk>/undo/", views.change_undo, name="change_undo"),
    path("households/<int:pk>/confirm/", views.household_confirm, name="household_confirm"),
    path("households/<int:pk>/change/<slug:part>/", views.household_change, name="household_change"),
    path("households/persons/<int:pk>/change/<slug:part>/", views.person_change, name="person_change"),
    path("households/incomes/<int:pk>/change/", views.income_change, name="income_change"),
    path("households/<int:pk>/incomes/new/", views.income_new, name="income_new"),
    path("villages/", views.villages, name="villages"),
    path("counties/", views.counties, name="counties"),
    path("counts/", views.counts_page, name="counts"),
    path("counts/new/", views.counts_take, name="counts_take"),
    path("villages/<int:code>/", views.village, name="village"),
    path("villages/<int:code>/<int:year>/change/<slug:part>/", views.village_change, name="village_change"),
    path("counties/<int:code>/", views.county, name="county"),
    path("quality/", views.quality, name="quality"),
    path("quality/<int:code>/", views.quality_area, name="quality_area"),
    path("quality/<int:code>/export/", views.quality_export, name="quality_export"),
    path("quality/<int:code>/exceptions/", views.quality_exceptions, name="quality_exceptions"),
    path("quality/<int:code>/exceptions/export/", views.quality_exceptions_export, name="quality_exceptions_export"),
    path("quality/findings/<int:pk>/explain/", views.quality_explain, name="quality_explain"),
    path("quality/exceptions/<int:pk>/revoke/", views.quality_revoke, name="quality_revoke"),
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/template/", views.import_template, name="import_template"),
    path("imports/<int:pk>/", views.import_show, name="import"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/withdraw/", views.import_withdraw, name="import_withdraw"),
]
