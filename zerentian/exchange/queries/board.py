"""A department's own board: delivered on time, clues that its data raised, what it must correct."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from zerentian.exchange import queries
from zerentian.exchange.models import Reply
from zerentian.exchange.queries.calendar import CalendarLine, calendar
from zerentian.exchange.queries.doubtful import Doubtful, doubtful_rules
from zerentian.exchange.queries.figures import Span, Tally
from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Board:
    """What a department sees of its sources; of people nothing but numbers, and masked whom its tables lack."""

    owed: list[CalendarLine]
    whole: Tally
    by_source: list[Tally]
    by_rule: list[Tally]
    replies: QuerySet[Reply]
    to_correct: int
    late_to_correct: int
    doubtful: list[Doubtful]

    def deliveries(self, state: str) -> int:
        """How many deliveries are in that state of the calendar."""
        return sum(line.state == state for line in self.owed)

    @property
    def missing(self) -> list[CalendarLine]:
        """What is over its day and has not come, or came late; the latest first."""
        return [line for line in self.owed if line.state in ("late", "came_late")]

    @property
    def due(self) -> int:
        """How many deliveries were due by now, or have come before their day."""
        return len(self.owed) - self.deliveries("open")


def lines_of(by: Actor) -> list[str]:
    """The lines of departments whose board the actor may look at, as the sources have them."""
    return sorted({source.file.department for source in queries.visible_sources(by)})


def board(by: Actor, departments: Collection[str], today: date) -> Board:
    """The board of these departments, as far as the actor may look at their sources."""
    mine = tuple(one.id for one in queries.visible_sources(by) if one.file.department in departments)
    span = Span(sources=mine)
    replies = queries.replies(by).filter(source__in=mine, state=Reply.State.OPEN).order_by("due_on", "id")
    return Board(
        owed=[line for line in calendar(by, today) if line.source.id in mine],
        whole=queries.whole(by.scope, today, span),
        by_source=queries.tallies(by.scope, "source", today, span),
        by_rule=queries.tallies(by.scope, "rule", today, span),
        replies=replies.select_related("delivery"),
        to_correct=replies.count(),
        late_to_correct=replies.filter(due_on__lt=today).count(),
        doubtful=doubtful_rules(by.scope, today, departments),
    )


def wanted(by: Actor, today: date) -> list[tuple[str, int, str]]:
    """Which deliveries the actor's department owes: words, how many, where."""
    if not by.may(Permission.EXCHANGE_DELIVER) or by.may(Permission.EXCHANGE_VIEW):
        return []
    late = sum(line.state == "late" for line in calendar(by, today))
    return [("逾期未交数据 %(n)s 期", late, reverse("exchange:board"))] if late else []
