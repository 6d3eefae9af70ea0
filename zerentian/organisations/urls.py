"""Addresses of the organisations app."""

from django.urls import path

from zerentian.organisations import views

app_name = "organisations"
urlpatterns = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/new/", views.body_new, name="body_new"),
    path("bodies/alerts/", views.alerts, name="alerts"),
    path("bodies/import/", views.body_import, name="body_import"),
    path("bodies/import/<int:run_id>/", views.body_import_preview, name="body_import_preview"),
    path("bodies/export/", views.body_export, name="body_export"),
    path("bodies/template/", views.body_template, name="body_template"),
    path("bodies/chain/<int:code>/", views.chain, name="chain"),
    path("bodies/<int:pk>/", views.body, name="body"),
    path("bodies/<int:pk>/change/", views.body_change, name="body_change"),
    path("bodies/<int:pk>/close/", views.body_close, name="body_close"),
    path("bodies/<int:pk>/posts/new/", views.post_new, name="post_new"),
    path("bodies/<int:pk>/assign/", views.assign, name="assign"),
    path("bodies/posts/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("bodies/appointments/<int:pk>/end/", views.appointment_end, name="appointment_end"),
    path("bodies/appointments/<int:pk>/approve/", views.appointment_approve, name="appointment_approve"),
    path("bodies/appointments/<int:pk>/phone/", views.phone, name="phone"),
    path("bodies/assignments/<int:pk>/end/", views.assignment_end, name="assignment_end"),
    path("bodies/grids/new/<int:code>/", views.grid_new, name="grid_new"),
    path("bodies/grids/<int:pk>/keeper/", views.grid_keeper, name="grid_keeper"),
]
