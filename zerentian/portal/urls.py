"""Addresses of the public pages. None holds a name, a telephone or a receipt number."""

from django.urls import path

from zerentian.portal import views

app_name = "portal"
urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("public/", views.home, name="home"),
    path("public/places/<int:code>/", views.place, name="place"),
    path("public/places/<int:code>/search/", views.search, name="search"),
    path("public/notices/<str:code>/", views.notice, name="notice"),
    path("public/notices/<str:code>/objection/", views.objection, name="objection"),
    path("public/objections/", views.progress, name="progress"),
    path("public/rules/", views.rules, name="rules"),
    path("public/rules/<int:number>/", views.article, name="article"),
]
