"""Addresses of the exchange."""

from django.urls import path

from zerentian.exchange.views import board, calendar, checking, deliveries, figures, filled, lists, matches, sheets

app_name = "exchange"
urlpatterns = [
    path("clues/", lists.clues, name="clues"),
    path("clues/export/", lists.clues_export, name="clues_export"),
    path("clues/answer/", lists.clues_answer, name="clues_answer"),
    path("clues/settle/", lists.clues_settle, name="clues_settle"),
    path("clues/sheet/", sheets.sheet_download, name="sheet_download"),
    path("clues/sheet/print/", sheets.sheet_print, name="sheet_print"),
    path("clues/sheet/import/", filled.sheet_upload, name="sheet_upload"),
    path("clues/sheet/typed/", filled.sheet_typed, name="sheet_typed"),
    path("clues/sheet/<int:pk>/", filled.sheet, name="sheet"),
    path("clues/sheet/<int:pk>/refused/", filled.sheet_refused, name="sheet_refused"),
    path("clues/figures/", figures.figures, name="figures"),
    path("clues/<int:pk>/", checking.clue, name="clue"),
    path("clues/<int:pk>/answer/", checking.clue_answer, name="clue_answer"),
    path("clues/<int:pk>/settle/", checking.clue_settle, name="clue_settle"),
    path("clues/<int:pk>/return/", checking.clue_return, name="clue_return"),
    path("clues/<int:pk>/reopen/", checking.clue_reopen, name="clue_reopen"),
    path("clues/<int:pk>/hand-over/", checking.clue_hand_over, name="clue_hand_over"),
    path("clues/<int:pk>/case/", checking.clue_begin, name="clue_begin"),
    path("exchange/", deliveries.sources, name="sources"),
    path("exchange/calendar/", calendar.calendar, name="calendar"),
    path("exchange/board/", board.board, name="board"),
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
