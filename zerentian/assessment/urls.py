"""Addresses of the ledger."""

from django.urls import include, path

from zerentian.assessment import views

app_name = "assessment"

pages = [
    path("", views.ledger, name="ledger"),
    path("mine/", views.mine, name="mine"),
    path("turn-back/", views.turn_back, name="turn_back"),
    path("snapshots/", views.snapshot_list, name="snapshots"),
    path("snapshots/<str:name>/", views.snapshot, name="snapshot"),
    path("disputes/", views.disputes, name="disputes"),
    path("disputes/<int:pk>/decide/", views.dispute_decide, name="dispute_decide"),
    path("bodies/<int:pk>/", views.body, name="body"),
    path("duties/<str:duty_id>/", views.duty, name="duty"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/dispute/", views.dispute_raise, name="dispute_raise"),
    path("<int:code>/", views.board, name="board"),
    path("<int:code>/entries/", views.entries, name="entries"),
    path("<int:code>/differences/", views.differences, name="differences"),
    path("<int:code>/differences/export/", views.differences_export, name="differences_export"),
    path("<int:code>/export/", views.export, name="export"),
    path("<int:code>/recompute/", views.recompute, name="recompute"),
]

urlpatterns = [path("ledger/", include(pages))]
