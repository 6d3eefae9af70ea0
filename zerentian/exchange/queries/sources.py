"""Sources from their folders, what was delivered for them, tables, runs and what went back."""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet
from pydantic import ValidationError

from zerentian.exchange.models import Clue, Delivery, MatchRun, Reply, TableVersion, Upload
from zerentian.exchange.rules import contracts
from zerentian.exchange.rules import sources as source_rules
from zerentian.exchange.rules.clues import ClueRule, parse_rule
from zerentian.exchange.rules.contracts import Contract
from zerentian.exchange.rules.examples import Example, ExampleFile
from zerentian.exchange.rules.sources import Source, SourceFile, Term, terms
from zerentian.kernel.actor import Actor
from zerentian.kernel.files import open_file, place
from zerentian.kernel.models import File
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import chain_of, parse_code
from zerentian.kernel.sentences import learn_name
from zerentian.organisations.models import Body
from zerentian.rulebook.queries import code_list, parameter
from zerentian.rulebook.rules.pack import ParameterFile
from zerentian.rulebook.rules.reading import read_yaml

SOURCES = Path(__file__).parent.parent / "sources"
_PERIODS = {
    "monthly": r"\d{4}-(0[1-9]|1[0-2])",
    "quarterly": r"\d{4}-Q[1-4]",
    "half_yearly": r"\d{4}-H[12]",
    "yearly": r"\d{4}",
}


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Source]:
    """Every source of the installation by id; Refused with file and reason when a folder doesn't hold together."""
    found = {
        folder.name: read_source(folder) for folder in sorted(SOURCES.iterdir()) if (folder / "source.yaml").exists()
    }
    known, owners = set(found), {"poverty_office", *(code.key for code in code_list("department").values)}
    for source in found.values():
        for rule in source.rules:
            learn_name(rule.title, rule.title_en)
            if strange := set(rule.sources) - known:
                raise Refused(Reason(f"没有来源 {'、'.join(sorted(strange))}", rule.file))
            if rule.owner not in owners:
                raise Refused(Reason("owner 应为 poverty_office 或部门代码表中的键", rule.file))
    return found


def source(id: str) -> Source:
    """The source of that id; KeyError otherwise."""
    return sources()[id]


def rules_in_force(on: date) -> list[ClueRule]:
    """Every clue rule that holds on the day, by id."""
    found = [rule for one in sources().values() for rule in one.rules if rule.in_force(on)]
    return sorted(found, key=lambda rule: rule.id)


def rule(id: str) -> ClueRule:
    """The rule of that id; KeyError otherwise."""
    return {one.id: one for s in sources().values() for one in s.rules}[id]


def rule_of(clue: "Clue | Reply") -> ClueRule | None:
    """The rule that raised a clue; None when this version of the sources has it no more."""
    found = sources().get(clue.source)
    return next((one for one in found.rules if one.id == clue.rule), None) if found else None


def read_source(folder: Path) -> Source:
    """The checked content of a source's folder; Refused with file and reason when it doesn't hold together."""
    where = f"sources/{folder.name}"
    file = read_yaml(SourceFile, (folder / "source.yaml").read_text("utf-8"), f"{where}/source.yaml")
    if file.id != folder.name:
        raise Refused(Reason(f"id 应与文件夹同名：{folder.name}", f"{where}/source.yaml"))
    contract = read_contract(folder / "contract.json")
    parameters = {}
    if (path := folder / "parameters.yaml").exists():
        for entry in read_yaml(ParameterFile, path.read_text("utf-8"), f"{where}/parameters.yaml").parameters:
            parameters[entry.id] = entry.parameter(parse_code("36"))
    rules = tuple(
        parse_rule(path.read_text("utf-8"), f"{where}/rules/{path.name}") for path in sorted(folder.glob("rules/*.sql"))
    )
    made = Source(file, contract, parameters, rules)
    if faults := source_rules.faults(made):
        raise Refused(*(Reason(fault, where) for fault in faults))
    return made


def read_contract(path: Path) -> Contract:
    """The contract in a file; Refused with reasons when it is no Table Schema that is understood here."""
    where = f"sources/{path.parent.name}/contract.json"
    try:
        contract = Contract.model_validate(json.loads(path.read_text("utf-8")))
    except ValidationError as error:
        raise Refused(*(Reason(e["msg"], f"{where} {'.'.join(map(str, e['loc']))}") for e in error.errors())) from error
    except ValueError as error:
        raise Refused(Reason(f"不是合格的 JSON：{error}", where)) from error
    if faults := contracts.faults(contract):
        raise Refused(*(Reason(fault, where) for fault in faults))
    return contract


def descriptor(source: Source) -> dict[str, Any]:
    """The contract of a source as a Table Schema, for a department to check its own file with."""
    text = (SOURCES / source.id / "contract.json").read_text("utf-8")
    return contracts.published(json.loads(text), source.contract)


def examples(source: str) -> ExampleFile:
    """The worked examples of a source's rules; Refused when there are none or they can't be read."""
    path = SOURCES / source / "examples.yaml"
    if not path.exists():
        raise Refused(Reason("缺少 examples.yaml：每条规则至少要有一个应指出和一个不应指出的例子", f"sources/{source}"))
    return read_yaml(ExampleFile, path.read_text("utf-8"), f"sources/{source}/examples.yaml")


def database_day() -> date:
    """The day of the place by the database's clock, by which files are kept: clocks of machines may differ."""
    with connection.cursor() as cursor:
        cursor.execute("select (now() at time zone %s)::date", [settings.TIME_ZONE])
        found: date = cursor.fetchone()[0]
    return found


def examples_by_rule(source: str) -> dict[str, list[Example]]:
    """The worked examples of a source, by the rule that they are of; a folder that is still being written has none."""
    found: dict[str, list[Example]] = {}
    for example in examples(source).examples if (SOURCES / source / "examples.yaml").exists() else ():
        found.setdefault(example.rule, []).append(example)
    return found


def current_versions() -> list[TableVersion]:
    """The newest table of every source and area, in scope."""
    rows: Any = TableVersion.objects.order_by("source", "division", "-number").distinct("source", "division")
    return list(rows)


def table_folder(version: TableVersion) -> Path:
    """Where the Parquet files of a table lie."""
    return place("exchange") / version.folder


def departments_of(by: Actor) -> set[str]:
    """The lines of departments that the actor delivers for."""
    if by.body_id is None:
        return set()
    return set(Body.objects.filter(pk=by.body_id).exclude(department="").values_list("department", flat=True))


def delivers(by: Actor, source: Source) -> bool:
    """Whether the actor delivers for the source: its department, or the province's office in its place."""
    if not by.may(Permission.EXCHANGE_DELIVER):
        return False
    return by.may(Permission.EXCHANGE_MATCH) or source.file.department in departments_of(by)


def is_period(source: Source, period: str) -> bool:
    """Whether a period is one of those that the source's cadence has."""
    return re.fullmatch(_PERIODS[source.file.cadence], period) is not None


def _around(by: Actor) -> Q:
    """Rows of the actor's areas, and of the areas above them: a department of the province delivers for every county."""
    wanted = Q(division__in=chain_of(by.division) if by.division else [])
    for found in by.scope.ranges:
        wanted |= Q(division__gte=found.lo, division__lt=found.hi)
    return wanted


def deliveries(by: Actor) -> QuerySet[Delivery]:
    """The deliveries that the actor may see: all of the area to whoever views the exchange, a department its own."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(_around(by)).order_by("-id")
    return rows if by.may(Permission.EXCHANGE_VIEW) else rows.filter(source__in=own_sources(by))


def delivery(by: Actor, pk: int) -> Delivery | None:
    """One delivery that the actor may see."""
    found: Delivery | None = deliveries(by).filter(pk=pk).first()
    return found


def uploads(by: Actor) -> QuerySet[Upload]:
    """The uploads for sources that the actor delivers, in scope, the newest first."""
    mine = [id for id, one in sources().items() if delivers(by, one)]
    rows: QuerySet[Upload] = Upload.objects.within(by.scope).filter(source__in=mine).order_by("-id")
    return rows


def upload(by: Actor, pk: int) -> Upload | None:
    """One upload for a source that the actor delivers."""
    found: Upload | None = uploads(by).filter(pk=pk).select_related("delivery").first()
    return found


def errors_of(delivery: Delivery) -> Path | None:
    """The error file of a delivery; None where there is none, or it is kept above the reader's area."""
    found = File.objects.filter(pk=delivery.errors_file_id or 0).first()
    return open_file(found.pk) if found else None


def own_sources(by: Actor) -> list[str]:
    """The sources that the actor's department delivers."""
    departments = departments_of(by)
    return [id for id, one in sources().items() if one.file.department in departments]


def answered_by(by: Actor) -> set[str]:
    """The sources for which the actor delivers and answers: his department's, or all in the place of any."""
    if not by.may(Permission.EXCHANGE_DELIVER):
        return set()
    return set(sources()) if by.may(Permission.EXCHANGE_MATCH) else set(own_sources(by))


def visible_sources(by: Actor) -> list[Source]:
    """The sources that the actor may look at."""
    found = sources()
    return list(found.values()) if by.may(Permission.EXCHANGE_VIEW) else [found[id] for id in own_sources(by)]


def replies(by: Actor) -> QuerySet[Reply]:
    """What went back to departments, as far as the actor may see it."""
    rows: QuerySet[Reply] = Reply.objects.within(by.scope).order_by("-id")
    return rows if by.may(Permission.EXCHANGE_VIEW) else rows.filter(source__in=own_sources(by))


def runs(by: Actor) -> QuerySet[MatchRun]:
    """The matches that reached the actor's area, the newest first."""
    rows: QuerySet[MatchRun] = MatchRun.objects.filter(_around(by)).order_by("-id")
    return rows


def terms_of(source: Source, division: int, since: date, today: date) -> list[tuple[Term, Delivery | None]]:
    """The deliveries owed since a day, each with the one that came for it."""
    days = int(parameter("exchange.delivery.days", division, today))
    owed = terms(source.file.cadence, days, since, today)
    rows = Delivery.objects.filter(source=source.id, division=division, state__in=("stored", "replaced"))
    came = {row.period: row for row in rows.order_by("-id")}
    return [(term, came.get(term.period)) for term in reversed(owed)]


def came_of(delivery: Delivery) -> list[tuple[str, int]]:
    """How the rows of a delivery ended, by the words of the conclusion: how many."""
    rows = Reply.objects.filter(delivery=delivery).values_list("conclusion").annotate(number=Count("id"))
    return [(str(Clue.Conclusion(key).label), number) for key, number in rows.order_by("-number")]
