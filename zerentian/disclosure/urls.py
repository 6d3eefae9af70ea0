"""Addresses of notices and objections."""

from django.urls import path

from zerentian.disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/export/", views.notices_export, name="notices_export"),
    path("notices/due/", views.due, name="due"),
    path("notices/kinds/", views.kinds, name="kinds"),
    path("notices/new/", views.notice_start, name="notice_start"),
    path("notices/new/<str:kind>/<int:code>/", views.notice_new, name="notice_new"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/change/", views.notice_change, name="notice_change"),
    path("notices/<int:pk>/review/", views.notice_review, name="notice_review"),
    path("notices/<int:pk>/publish/", views.notice_publish, name="notice_publish"),
    path("notices/<int:pk>/print/", views.notice_print, name="notice_print"),
    path("notices/<int:pk>/posting/", views.notice_prove, name="notice_prove"),
    path("notices/<int:pk>/take-down/", views.notice_take_down, name="notice_take_down"),
    path("notices/<int:pk>/end/", views.notice_end, name="notice_end"),
    path("notices/<int:pk>/objections/new/", views.objection_record, name="objection_record"),
    path("objections/", views.objections, name="objections"),
    path("objections/<int:pk>/", views.objection, name="objection"),
    path("objections/<int:pk>/reveal/", views.objection_reveal, name="objection_reveal"),
]
