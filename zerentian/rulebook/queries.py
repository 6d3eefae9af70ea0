"""What the law says for an area on a day: duties, parameters, measures, articles and code lists."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from zerentian.kernel.actor import system
from zerentian.kernel.db import once_a_transaction, unit
from zerentian.kernel.periods import Cycle
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import chain_of, range_of
from zerentian.rulebook.models import (
    Article,
    DutyRecord,
    Interpretation,
    OfficialText,
    Overlay,
    ParameterRecord,
    Regulation,
)
from zerentian.rulebook.rules.codes import Code, CodeList
from zerentian.rulebook.rules.codes import code_list as make_code_list
from zerentian.rulebook.rules.days import Calendar, CalendarFile
from zerentian.rulebook.rules.duties import Due, Duty, Requirement, Subject, order_key
from zerentian.rulebook.rules.measures import Measure, parse_measure
from zerentian.rulebook.rules.overlay import LocalRules, apply_overlays
from zerentian.rulebook.rules.pack import CodeEntry, CodeFile, MeasureFile, OverlayFile, SourceFile
from zerentian.rulebook.rules.parameters import DatedValue, Parameter, Value, value_for
from zerentian.rulebook.rules.reading import read_yaml
from zerentian.rulebook.rules.text import TextArticle

PACKS = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Book:
    """The loaded law of one stamp."""

    regulations: tuple[Regulation, ...]
    articles: Mapping[int, Article]
    duties: tuple[Duty, ...]
    parameters: Mapping[str, Parameter]


def law_area() -> int:
    """The area whose regulation is loaded: the province."""
    return book().regulations[0].area


def pack_folders() -> list[Path]:
    """The folders of the shipped rule packs, by name; a later one wins where both define a code list or measure."""
    return sorted(folder for folder in PACKS.iterdir() if (folder / "regulation.yaml").is_file())


def procedure_folders() -> list[Path]:
    """The folders that hold procedures: the rule packs, and supplements that have procedures but no articles."""
    return sorted(folder for folder in PACKS.iterdir() if (folder / "procedures").is_dir())


def book() -> Book:
    """The loaded law; Refused when no rule pack was loaded."""
    return _book(_stamp())


STAMP = "rulebook.stamp"  # asked once a transaction
_steady: ContextVar[UUID | None] = ContextVar("steady_law", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """The same law for everything inside, asked for once: for work on long lists."""
    before = _steady.set(_steady.get() or _stamp())
    try:
        yield
    finally:
        _steady.reset(before)


def _stamp() -> UUID:
    return _steady.get() or once_a_transaction(STAMP, _asked_stamp)


def _asked_stamp() -> UUID:
    with connection.cursor() as cursor:  # with every page; made by the ORM it would take three times as long
        cursor.execute("select stamp from rulebook_stamp order by id limit 1")
        row = cursor.fetchone()
    if row is None:
        raise Refused("规则包尚未载入，请先运行 zerentian load_rulebook")
    return UUID(str(row[0]))


@lru_cache(maxsize=4)
def _book(stamp: UUID) -> Book:
    return Book(
        regulations=tuple(Regulation.objects.order_by("key")),
        articles={article.number: article for article in Article.objects.order_by("regulation", "number")},
        duties=tuple(sorted(map(duty_of, DutyRecord.objects.all()), key=lambda d: order_key(d.id))),
        parameters=_parameters(),
    )


@lru_cache(maxsize=4)
def _overlays(stamp: UUID) -> tuple[LocalRules, ...]:
    # Local measures are public law; the first to ask may have no scope yet.
    with unit(system(), writes=False):
        return tuple(local_rules(row) for row in Overlay.objects.order_by("id"))


def local_rules(row: Overlay) -> LocalRules:
    """The stored overlay as the rules read it."""
    content = OverlayFile.model_validate(row.content)
    return LocalRules(row.id, row.title, row.division, row.valid_from, row.valid_to, content)


def duty_of(row: DutyRecord) -> Duty:
    """The stored duty as everyone works with it."""
    return Duty(
        id=row.key,
        article=row.article,
        title=row.title,
        title_en=row.title_en,
        statement=row.statement,
        statement_en=row.statement_en,
        subjects=tuple(Subject(**s) for s in row.subjects),
        cycle=Cycle(row.cycle),
        due=Due(**row.due) if row.due else None,
        requirements=tuple(_requirement(r) for r in row.requirements),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        regulation=row.regulation,
    )


def _requirement(entry: dict[str, Any]) -> Requirement:
    numbers = {"target": Decimal(entry["target"]), "at_risk": Decimal(entry["at_risk"])}
    return Requirement(**{**entry, **numbers})


def duty_fields(duty: Duty) -> dict[str, Any]:
    """The columns of a duty's row."""
    return {
        "regulation": duty.regulation,
        "key": duty.id,
        "article": duty.article,
        "title": duty.title,
        "title_en": duty.title_en,
        "statement": duty.statement,
        "statement_en": duty.statement_en,
        "subjects": [asdict(subject) for subject in duty.subjects],
        "cycle": duty.cycle.value,
        "due": asdict(duty.due) if duty.due else None,
        "requirements": [{**asdict(r), "target": str(r.target), "at_risk": str(r.at_risk)} for r in duty.requirements],
        "valid_from": duty.valid_from,
        "valid_to": duty.valid_to,
        "source": duty.source,
    }


def _parameters() -> dict[str, Parameter]:
    rows: dict[str, list[ParameterRecord]] = defaultdict(list)
    for row in ParameterRecord.objects.order_by("key", "area", "valid_from"):
        rows[row.key].append(row)
    return {key: _parameter(found) for key, found in rows.items()}


def _parameter(rows: list[ParameterRecord]) -> Parameter:
    values = tuple(DatedValue(r.area, r.valid_from, r.valid_to, _value(r.value), r.source, r.confirmed) for r in rows)
    one = rows[-1]
    return Parameter(
        one.key, one.title, one.title_en, one.unit, one.article, one.description, one.description_en, values
    )


def _value(stored: Any) -> Value:
    """Numbers are kept as int or as {"decimal": text}, so that no digit is lost."""
    return Decimal(stored["decimal"]) if isinstance(stored, dict) else stored


def duties(division: int | None = None, on: date | None = None) -> list[Duty]:
    """The duties in force on the day, in the order of the articles.

    With a division: those of the regulations that hold there, with the local measures of that area and of the
    areas above applied. Without one: every regulation's own.
    """
    return list(_duties(_stamp(), division, on or timezone.localdate()))


@lru_cache(maxsize=128)
def _duties(stamp: UUID, division: int | None, day: date) -> tuple[Duty, ...]:
    law = _book(stamp)
    if division is None:
        return tuple(duty for duty in law.duties if duty.in_force(day))
    here = {r.key for r in law.regulations if division in range_of(r.area)}
    chain = set(chain_of(division))
    found = [duty for duty in law.duties if duty.regulation in here and duty.in_force(day)]
    local = [overlay for overlay in _overlays(stamp) if overlay.area in chain]
    return tuple(sorted(apply_overlays(found, local, on=day), key=lambda d: order_key(d.id)))


def areas_with_overlays(on: date | None = None) -> list[int]:
    """The areas whose duties differ from the regulation's own on the day."""
    day = on or timezone.localdate()
    return sorted({overlay.area for overlay in _overlays(_stamp()) if overlay.in_force(day)})


def duty(id: str, division: int | None = None, on: date | None = None) -> Duty:
    """The duty of that id; KeyError with a sentence when it isn't in force."""
    for found in duties(division, on):
        if found.id == id:
            return found
    raise KeyError(f"没有编号为 {id} 的责任，或它在这一天不适用")


def parameter_history(name: str) -> Parameter:
    """A parameter with all its values; KeyError with a sentence when the rulebook has none of that name."""
    try:
        return book().parameters[name]
    except KeyError:
        raise KeyError(f"规则里没有参数 {name}") from None


def parameter(name: str, division: int, on: date | None = None) -> Value:
    """The value in force in the division on the day, the most specific area first; KeyError with a sentence."""
    day = on or timezone.localdate()
    found = value_for(parameter_history(name).values, division, day)
    if found is None:
        raise KeyError(f"参数 {name} 在 {day} 没有适用于区划 {division} 的值")
    return found.value


def parameters(prefix: str, division: int, on: date | None = None) -> dict[str, Value]:
    """All parameters below a prefix that have a value there and then; keys without the prefix."""
    day = on or timezone.localdate()
    start = prefix.rstrip(".") + "."
    found = {}
    for name, history in book().parameters.items():
        value = value_for(history.values, division, day) if name.startswith(start) else None
        if value is not None:
            found[name.removeprefix(start)] = value.value
    return found


@lru_cache(maxsize=1)
def code_lists() -> Mapping[str, CodeList]:
    """Every code list of the shipped packs, by id."""
    found = {}
    for folder in pack_folders():
        for path in sorted(folder.glob("codes/*.yaml")):
            for entry in read_yaml(CodeFile, path.read_text("utf-8"), path.name).lists:
                values = tuple(_code(value, entry.confirmed) for value in entry.values)
                found[entry.id] = make_code_list(entry.id, entry.title.zh, entry.title.en, entry.source, values)
    return found


def _code(entry: CodeEntry, confirmed: bool) -> Code:
    checked = confirmed if entry.confirmed is None else entry.confirmed
    return Code(entry.key, entry.zh, entry.en, entry.national, tuple(entry.also), checked)


def code_list(id: str) -> CodeList:
    """The code list of that id; KeyError with a sentence."""
    try:
        return code_lists()[id]
    except KeyError:
        raise KeyError(f"没有代码表 {id}") from None


def label(list_id: str, key: str, language: str | None = None) -> str:
    """The label of a stored key in the language (the reader's by default); an unknown key stands for itself."""
    code = code_list(list_id).code(key)
    return code.label(language or get_language() or "zh") if code else key


def spoken(thing: Any, field: str) -> str:
    """A field of a row, dataclass or dict in the reader's language: `field`, or `field_en` for readers of English."""
    read = thing.get if isinstance(thing, dict) else partial(getattr, thing)
    english = read(f"{field}_en", "") if (get_language() or "").startswith("en") else ""
    return str(english or read(field, ""))


def measure_ids() -> frozenset[str]:
    """The ids of the shipped measures, told by their files' names without reading what is in them."""
    return frozenset(path.stem for folder in pack_folders() for path in folder.glob("measures/*.sql"))


@lru_cache(maxsize=1)
def measures() -> Mapping[str, Measure]:
    """Every measure of the shipped packs, by id; Refused names the files that break the contract."""
    found: dict[str, Measure] = {}
    faults: list[Reason] = []
    for folder in pack_folders():
        parts = {path.stem: path.read_text("utf-8").strip() for path in folder.glob("measures/parts/*.sql")}
        for path in sorted(folder.glob("measures/*.sql")):
            try:
                measure = parse_measure(path.read_text("utf-8"), path.name, parts)
            except Refused as refused:
                faults += refused.reasons
            else:
                found[measure.id] = measure
    if faults:
        raise Refused(*faults)
    return found


@lru_cache(maxsize=1)
def planned_measures() -> Mapping[str, dict[str, str]]:
    """Titles of the measures that duties name, by id, also where nothing computes them yet."""
    found = {}
    for folder in pack_folders():
        path = folder / "measures.yaml"
        named = read_yaml(MeasureFile, path.read_text("utf-8"), path.name).measures if path.is_file() else {}
        found.update({id: {"title": words.zh, "title_en": words.en} for id, words in named.items()})
    return found


def measure_title(id: str) -> str:
    """What a measure is called in the reader's language, whether or not it is computed; its id where nobody named it."""
    found = measures().get(id) or planned_measures().get(id)
    return spoken(found, "title") if found else id


@lru_cache(maxsize=1)
def _english_sources() -> Mapping[str, str]:
    found = {}
    for folder in pack_folders():
        path = folder / "sources.yaml"
        if path.is_file():
            found.update(read_yaml(SourceFile, path.read_text("utf-8"), path.name).sources)
    return found


def source_words(source: str) -> str:
    """A source in the reader's language; as it was written where nobody put it into English."""
    english = (get_language() or "").startswith("en")
    return _english_sources().get(source, source) if english else source


def duties_of_measures(found: list[Duty]) -> dict[str, list[str]]:
    """Measure id → ids of the duties that use it."""
    used: dict[str, list[str]] = defaultdict(list)
    for one in found:
        for requirement in one.requirements:
            used[requirement.measure].append(one.id)
    return dict(used)


def article(number: int) -> Article:
    """The article of that number; KeyError with a sentence."""
    try:
        return book().articles[number]
    except KeyError:
        raise KeyError(f"没有第 {number} 条") from None


def official_texts(regulation: str) -> list[OfficialText]:
    """The uploaded texts of a regulation, the one that comes into force last first."""
    return list(OfficialText.objects.filter(regulation=regulation).order_by("-effective_on", "-id"))


def text_articles(row: OfficialText) -> list[TextArticle]:
    """The articles of an uploaded text."""
    return [TextArticle(**entry) for entry in row.articles]


def interpretations(article: int | None = None, duty: str | None = None) -> list[Interpretation]:
    """Questions and answers on an article, or on one of its duties; all without either."""
    rows = Interpretation.objects.order_by("-id")
    if article is not None:
        rows = rows.filter(article=article)
    if duty is not None:
        rows = rows.filter(duty__in=["", duty])
    return list(rows)


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """The public holidays of the shipped packs, all together."""
    found = Calendar()
    for folder in pack_folders():
        path = folder / "calendar.yaml"
        if path.is_file():
            more = read_yaml(CalendarFile, path.read_text("utf-8"), path.name).calendar()
            found = Calendar(found.off | more.off, found.worked | more.worked, found.years | more.years)
    return found
