"""Addresses of the rulebook."""

from django.urls import include, path

from zerentian.rulebook import views

app_name = "rulebook"

pages = [
    path("", views.articles, name="articles"),
    path("articles/<int:number>/", views.article, name="article"),
    path("duties/<str:duty_id>/", views.duty, name="duty"),
    path("parameters/", views.parameters, name="parameters"),
    path("measures/", views.measures, name="measures"),
    path("measures/<str:measure_id>/", views.measure, name="measure"),
    path("codes/", views.codes, name="codes"),
    path("codes/<str:list_id>/", views.code_list, name="code_list"),
    path("overlays/", views.overlays, name="overlays"),
    path("overlays/tighten/", views.overlay_tighten, name="overlay_tighten"),
    path("overlays/add/", views.overlay_add, name="overlay_add"),
    path("overlays/upload/", views.overlay_upload, name="overlay_upload"),
    path("overlays/<int:pk>/", views.overlay, name="overlay"),
    path("overlays/<int:pk>/withdraw/", views.overlay_withdraw, name="overlay_withdraw"),
    path("interpretations/", views.interpretations, name="interpretations"),
    path("interpretations/ask/", views.interpretation_ask, name="interpretation_ask"),
    path("interpretations/<int:pk>/answer/", views.interpretation_answer, name="interpretation_answer"),
    path("text/", views.texts, name="texts"),
    path("text/<int:pk>/changes/", views.text_changes, name="text_changes"),
]

urlpatterns = [path("rules/", include(pages))]
