"""The rows behind an entry: the measure's evidence query, run on the villages that fall short; live, or on a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from zerentian.assessment.models import Entry, Figure
from zerentian.assessment.queries.measures import Bound, bound_measure
from zerentian.assessment.queries.periods import is_past, ledger_day, snapshot_of
from zerentian.exchange import queries as exchange
from zerentian.exchange.models import DeliveryTerm
from zerentian.kernel import snapshots
from zerentian.kernel.actor import Actor
from zerentian.kernel.db import narrowed
from zerentian.kernel.files import place as place_of
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, Range, Scope, level_of, range_of
from zerentian.organisations.models import BodyKind, Post
from zerentian.organisations.queries import reach
from zerentian.procedures import queries as procedures
from zerentian.procedures.models import Case
from zerentian.registry.models import Household
from zerentian.rulebook import queries as rulebook
from zerentian.rulebook.rules.measures import Measure
from zerentian.territory import queries as territory

PAGE = 50
# Places asked one by one for a page; beyond, the page says where to go on.
MOST_PLACES = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """One row behind an entry: what it is, where, why it counts against, and its page."""

    id: int
    kind: str
    division: int
    place: str
    label: str
    name: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page of rows; `next` is the place at which the following page starts, None at the end."""

    title: str
    rows: tuple[Proof, ...]
    short: int
    places: int
    next: int | None


ABOUT_PEOPLE = ("household", "person", "case", "clue")
# Who may read a row of that kind; of what departments deliver and are told, a body's own is its own besides.
_NEEDS = {
    "household": Permission.HOUSEHOLD_VIEW, "person": Permission.HOUSEHOLD_VIEW, "case": Permission.CASE_VIEW,
    "clue": Permission.CLUE_VIEW, "delivery_term": Permission.EXCHANGE_VIEW, "reply": Permission.EXCHANGE_VIEW,
}  # fmt: skip


def withheld(found: Evidence | None, entry: Entry, by: Actor) -> Permission | None:
    """The permission that the actor lacks to be shown these rows; None when every one of them may be shown."""
    if entry.over == "own" and entry.body == by.body_id and by.may(Permission.EXCHANGE_DELIVER):
        by = replace(by, permissions=by.permissions | {Permission.EXCHANGE_VIEW})
    needed = {_NEEDS[row.kind] for row in (found.rows if found else ()) if row.kind in _NEEDS}
    return next((one for one in sorted(needed) if not by.may(one)), None)


def evidence(entry: Entry, scope: Scope, *, after: int = 0, limit: int = PAGE) -> Evidence | None:
    """The rows behind an entry, within the scope; None for a measure without SQL. Needs an open unit.

    `after` is the place (12-digit code) to start from. Places come from the stored figures, rows from the live facts.
    """
    measure = rulebook.measures().get(entry.measure)
    if measure is None or is_past() and not is_snapshot_kept():
        return None
    bound = bound_measure(measure, ledger_day())
    own = entry.over == "own" and measure.grain == "body"
    short = _short_places(entry, measure, own, scope)
    total = sum(amount for _, amount in short)
    places = [p for p, _ in short if p >= after]
    body = entry.body if own else None
    if is_past():
        rows, following = _rows_then(bound, range_of(entry.division), places, scope, body)
    else:
        rows, following = _rows_now(bound, places, scope, body, limit)
    rows = _in_reach(rows, scope)
    title = measure.evidence_title_en if _is_english() else measure.evidence_title
    return Evidence(title, tuple(_proofs(rows)), total, len(short), following)


def _in_reach(rows: list[tuple[Any, ...]], scope: Scope) -> list[tuple[Any, ...]]:
    """The rows without clues that a higher desk is asked first: until they are handed down nobody below reads them."""
    clues = [row[0] for row in rows if row[1] == "clue"]
    known = set(exchange.in_reach(scope).filter(pk__in=clues).values_list("pk", flat=True)) if clues else set()
    return [row for row in rows if row[1] != "clue" or row[0] in known]


def _rows_now(
    bound: Bound, places: Sequence[int], scope: Scope, body: int | None, limit: int
) -> tuple[list[tuple[Any, ...]], int | None]:
    """Rows of the live facts, place by place, and the place that follows."""
    rows: list[tuple[Any, ...]] = []
    for number, place in enumerate(places):
        if len(rows) >= limit or number >= MOST_PLACES:
            return rows, place
        rows += _rows(bound, place, scope, body)
    return rows, None


def is_snapshot_kept() -> bool:
    """Whether the snapshot is still there that the ledger of the day was computed from."""
    name = snapshot_of(ledger_day())
    return bool(name) and (place_of("snapshots") / name / "manifest.json").is_file()


def _rows_then(
    bound: Bound, area: Range, places: Sequence[int], scope: Scope, body: int | None
) -> tuple[list[tuple[Any, ...]], int | None]:
    """Rows of the snapshot of the day, and the place that follows; of paired households only, where the scope names them."""
    asked, following = places[:MOST_PLACES], next(iter(places[MOST_PLACES:]), None)
    if not asked:
        return [], None
    only = f" and e.body = {body}" if body is not None else ""
    if scope.households is not None:
        known = ", ".join(map(str, sorted(scope.households))) or "0"
        only += f" and e.kind = 'household' and e.id in ({known})"
    with snapshots.session(place_of("snapshots") / snapshot_of(ledger_day()), area) as duck:
        rows = duck.execute(
            "select e.id, e.kind, e.division, e.label, e.why from (" + bound.evidence + ") e"
            f" where e.division in ({', '.join(map(str, asked))}){only} order by e.division, e.label, e.id limit 500"
        ).fetchall()
    return rows, following


def _short_places(entry: Entry, measure: Measure, own: bool, scope: Scope) -> list[tuple[int, int]]:
    """(place, how much is missing there) by code: exactly the divisions whose own figure falls short."""
    area = range_of(entry.division)
    rows = Figure.objects.within(scope).filter(measure=measure.id)
    if own:
        rows = rows.filter(body=entry.body)
    else:
        rows = rows.filter(division__gte=area.lo, division__lt=area.hi)
        rows = rows.filter(body__gt=0) if measure.grain == "body" else rows.filter(body=0, own_denominator__gt=0)
    if entry.op in ("le", "lt"):
        rows = rows.filter(own_numerator__gt=0).annotate(missing=F("own_numerator"))
    elif entry.unit == "count":
        rows = rows.annotate(missing=F("own_denominator") * entry.target - F("own_numerator")).filter(missing__gt=0)
    else:
        rows = rows.filter(own_numerator__lt=F("own_denominator"))
        rows = rows.annotate(missing=F("own_denominator") - F("own_numerator"))
    return [(place, int(missing)) for place, missing in rows.order_by("division").values_list("division", "missing")]


def _rows(bound: Bound, place: int, scope: Scope, body: int | None) -> list[tuple[Any, ...]]:
    """The evidence of one place: the division itself, without what lies below it."""
    here = Range(place, place + 1) if level_of(place) is not Level.VILLAGE else range_of(place)
    shown = Scope((here,), scope.households)
    wide = range_of(place)
    with narrowed(_seen(shown, wide, bound)), connection.cursor() as cursor:
        only = f" and e.body = {body}" if body is not None else ""
        cursor.execute(
            "select e.id, e.kind, e.division, e.label, e.why from (" + bound.evidence + ") e"
            f" where e.division >= {here.lo} and e.division < {here.hi}{only} order by e.label, e.id limit 500"
        )
        return list(cursor.fetchall())


def _seen(shown: Scope, wide: Range, bound: Bound) -> Scope:
    """What the query may read: the place with all below it, and the single divisions above where superiors count."""
    below = Scope((wide,), shown.households)
    if not bound.looks_above:
        return below
    return Scope(reach(below).ranges, shown.households)


_PAGES = {
    "household": "registry:household", "body": "organisations:body", "village": "registry:village",
    "county": "registry:county",
    "notice": "disclosure:notice", "case": "procedures:case", "clue": "exchange:clue",
}  # fmt: skip


def _proofs(rows: Sequence[tuple[Any, ...]]) -> list[Proof]:
    heads = {
        "household": _names(Household, "head_name", rows, "household"), "case": _names(Case, "name", rows, "case"),
    }  # fmt: skip
    places = territory.names({row[2] for row in rows})
    bodies = _names(Post, "body_id", rows, "post")
    sources = _names(DeliveryTerm, "source", rows, "delivery_term")
    return [
        Proof(
            key, kind, division, places.get(division, ""), _label(kind, label), str(heads.get(kind, {}).get(key, "")),
            gettext(why) if why else "", _url(kind, key, division, bodies, sources),
        )
        for key, kind, division, label, why in rows
    ]  # fmt: skip


def _label(kind: str, label: str | None) -> str:
    """What the row is called; a case by its procedure, a clue by its rule, a delivery by its source and period."""
    if kind in ("clue", "reply"):
        rules = {rule.id: rule for source in exchange.sources().values() for rule in source.rules}
        return rulebook.spoken(rules[label], "title") if label in rules else label or ""
    if kind == "delivery_term":
        id, _space, period = (label or "").partition(" ")
        source = exchange.sources().get(id)
        words = (source.file.title.en if _is_english() else source.file.title.zh) if source else id
        return f"{words} {period}"
    if kind != "case":
        return label or ""
    titles = [
        procedures.words(one.title) for (id, _version), (_pack, one) in procedures.definitions().items() if id == label
    ]
    return titles[-1] if titles else label or ""


def _names(model: Any, field: str, rows: Sequence[tuple[Any, ...]], kind: str) -> Mapping[int, Any]:
    ids = [row[0] for row in rows if row[1] == kind]
    return dict(model.objects.filter(pk__in=ids).values_list("pk", field)) if ids else {}


def _url(kind: str, key: int, division: int, bodies: Mapping[int, Any], sources: Mapping[int, Any]) -> str:
    try:
        if kind == "delivery_term":
            return reverse("exchange:source", args=[sources[key]])
        if kind == "reply":
            return reverse("exchange:replies")
        if kind == "post":
            return reverse("organisations:body", args=[bodies[key]]) if key in bodies else ""
        if kind == "grid":
            return reverse("organisations:chain", args=[division])
        if kind == "interpretation":
            return reverse("rulebook:interpretations")
        if kind == "overlay":
            return reverse("rulebook:overlay", args=[key])
        return reverse(_PAGES[kind], args=[key])
    except (NoReverseMatch, KeyError):
        return ""


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def kind_word(kind: str) -> str:
    """The word for a kind of body."""
    return str(BodyKind(kind).label) if kind in BodyKind.values else kind
