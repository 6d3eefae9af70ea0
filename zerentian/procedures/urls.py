"""Addresses of cases and procedures."""

from django.urls import path

from zerentian.procedures import views

app_name = "procedures"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/inbox/", views.inbox, name="inbox"),
    path("cases/today/", views.today, name="today"),
    path("cases/export/", views.cases_export, name="cases_export"),
    path("cases/archives/", views.archives, name="archives"),
    path("cases/decide/", views.decide_many, name="decide_many"),
    path("cases/notice/", views.ask_notices, name="ask_notices"),
    path("cases/delegations/", views.delegations, name="delegations"),
    path("cases/delegations/<int:pk>/end/", views.delegation_end, name="delegation_end"),
    path("cases/new/<str:kind>/<int:subject_id>/", views.case_open, name="case_open"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/print/", views.case_print, name="case_print"),
    path("cases/<int:pk>/letter/", views.case_letter, name="case_letter"),
    path("cases/<int:pk>/decide/<slug:outcome>/", views.decide, name="decide"),
    path("cases/<int:pk>/back/<slug:step>/", views.back, name="back"),
    path("cases/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("cases/<int:pk>/evidence/", views.attach, name="attach"),
    path("cases/<int:pk>/supplement/", views.supplement, name="supplement"),
    path("cases/<int:pk>/notice/", views.ask_notice, name="ask_notice"),
    path("cases/<int:pk>/objection/", views.object_to, name="object_to"),
    path("cases/<int:pk>/resume/", views.resume, name="resume"),
    path("cases/<int:pk>/review/", views.review, name="review"),
    path("cases/objections/<int:pk>/answer/", views.answer_objection, name="answer_objection"),
    path("procedures/", views.definitions, name="definitions"),
    path("procedures/<str:kind>/<str:version>/", views.definition, name="definition"),
]
