"""What the exchange knows: its sources from their folders, deliveries, tables, runs and clues."""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zerentian.exchange.models import TableVersion
from zerentian.exchange.rules import contracts
from zerentian.exchange.rules import sources as source_rules
from zerentian.exchange.rules.clues import ClueRule, parse_rule
from zerentian.exchange.rules.contracts import Contract
from zerentian.exchange.rules.sources import Source, SourceFile
from zerentian.kernel.actor import Actor
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import parse_code
from zerentian.organisations.models import Body
from zerentian.rulebook.rules.pack import ParameterFile
from zerentian.rulebook.rules.reading import read_yaml

SOURCES = Path(__file__).parent / "sources"
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
    known = set(found)
    for source in found.values():
        for rule in source.rules:
            if strange := set(rule.sources) - known:
                raise Refused(Reason(f"没有来源 {'、'.join(sorted(strange))}", rule.file))
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


def is_period(source: Source, period: str) -> bool:
    """Whether a period is one of those that the source's cadence has."""
    return re.fullmatch(_PERIODS[source.file.cadence], period) is not None
