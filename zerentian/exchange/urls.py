"""Addresses of the exchange."""

from django.urls import path

from zerentian.exchange.views import calendar, clues, deliveries, matches

app_name = "exchange"
urlpatterns = [
    path("clues/", clues.clues, name="clues"),
    path("clues/export/", clues.clues_export, name="clues_export"),
    path("clues/figures/", clues.figures, name="figures"),
    path("clues/<int:pk>/", clues.clue, name="clue"),
    path("clues/<int:pk>/answer/", clues.clue_answer, name="clue_answer"),
    path("clues/<int:pk>/settle/", clues.clue_settle, name="clue_settle"),
    path("clues/<int:pk>/return/", clues.clue_return, name="clue_return"),
    path("exchange/", deliveries.sources, name="sources"),
    path("exchange/calendar/", calendar.calendar, name="calendar"),
    path("exchange/destructions/", calendar.destructions, name="destructions"),
    path("exchange/deliveries/", deliveries.deliveries, name="deliveries"),
    path("exchange/deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("exchange/deliveries/<int:pk>/check/", deliveries.delivery_check, name="delivery_check"),
    path("exchange/deliveries/<int:pk>/errors/", deliveries.delivery_errors, name="delivery_errors"),
    path("exchange/deliveries/<int:pk>/withdraw/", deliveries.delivery_withdraw, name="delivery_withdraw"),
    path("exchange/replies/", deliveries.replies, name="replies"),
    path("exchange/replies/<int:pk>/", deliveries.reply, name="reply"),
    path("exchange/matches/", deliveries.matches, name="matches"),
    path("exchange/matches/new/", deliveries.match_new, name="match_new"),
    path("exchange/matches/<int:pk>/", matches.match, name="match"),
    path("exchange/sources/<slug:name>/", deliveries.source, name="source"),
    path("exchange/sources/<slug:name>/contract.json", deliveries.contract, name="contract"),
    path("exchange/sources/<slug:name>/deliver/", deliveries.deliver, name="deliver"),
]
