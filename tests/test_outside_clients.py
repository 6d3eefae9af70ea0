"""Clients that nobody of the house wrote: frictionless checks contracts and sample deliveries, Schemathesis the API."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import polars as pl
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given, strategies
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.openapi import from_wsgi

from zerentian.accounts.tests.cast import actor_of_cast
from zerentian.api.tests.factories import READABLE, program
from zerentian.config.wsgi import application
from zerentian.exchange import services
from zerentian.exchange.models import Reply
from zerentian.exchange.queries import source
from zerentian.exchange.rules import contracts
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, raised, row
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.sample.tests.test_deliveries import SOURCES, made

pytestmark = pytest.mark.slow
BIN = Path(sys.executable).parent


def package(folder: Path, rows: dict[str, pl.DataFrame], schemas: dict[str, Any]) -> Path:
    """A data package of the tables and the contracts beside it."""
    resources = []
    for name, frame in rows.items():
        frame.write_csv(folder / f"{name}.csv")
        (folder / f"{name}.json").write_text(json.dumps(schemas[name], ensure_ascii=False), "utf-8")
        resources.append({"name": name, "path": f"{name}.csv", "schema": f"{name}.json", "encoding": "utf-8"})
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"name": "deliveries", "resources": resources}), "utf-8")
    return path


def frictionless(path: Path) -> tuple[int, dict[str, Any]]:
    """What the client of the standard says, without a network and without our code."""
    done = subprocess.run(
        [BIN / "frictionless", "validate", path.name, "--json"], cwd=path.parent, capture_output=True, text=True,
        check=False, env={"PATH": "/usr/bin:/bin", "HOME": str(path.parent), "http_proxy": "http://127.0.0.1:9"},
    )  # fmt: skip
    report = json.loads(done.stdout)
    return done.returncode, {task["name"]: task["errors"] for task in report["tasks"]}


@pytest.mark.django_db
def test_frictionless_accepts_the_published_contracts_and_the_sample_deliveries(tmp_path: Path, client_of: Any) -> None:
    province = client_of("province")
    schemas = {name: province.get(f"/exchange/sources/{name}/contract.json").json() for name in SOURCES}
    code, errors = frictionless(package(tmp_path, {name: made(name).rows for name in SOURCES}, schemas))
    assert {name: found[:3] for name, found in errors.items() if found} == {}
    assert code == 0


@pytest.mark.django_db
def test_frictionless_and_the_platform_refuse_the_same_rows(tmp_path: Path, client_of: Any) -> None:
    """In every required column of every source one empty cell, and in every typed one a word."""
    province = client_of("province")
    schemas = {name: province.get(f"/exchange/sources/{name}/contract.json").json() for name in SOURCES}
    spoilt, expected = {}, {}
    for name in SOURCES:
        contract, rows = source(name).contract, made(name).rows.head(60)
        faults = [(f.name, "") for f in contract.fields if f.constraints.required]
        faults += [(f.name, "不知道") for f in contract.fields if f.type != "string"]
        columns = {c: rows[c].to_list() for c in rows.columns}
        for at, (column, value) in enumerate(faults):
            columns[column][at] = value
        spoilt[name] = pl.DataFrame(columns, schema=rows.schema)
        frame = spoilt[name].with_row_index("row", 2).with_columns(pl.col("row").cast(pl.Int64))
        empty = [pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in contract.names]
        expected[name] = {p.row for p in contracts.check(frame.with_columns(empty), contract).problems}
        assert len(expected[name]) == len(faults)
    code, errors = frictionless(package(tmp_path, spoilt, schemas))
    assert code == 1
    assert {name: {e["rowNumber"] for e in found} for name, found in errors.items()} == expected


# --- Schemathesis ------------------------------------------------------------------------------------

EXAMPLES = 15
# The document cannot say which sources and periods there are, and the framework passes over unknown parameters of a query.
load_all_checks()
BEYOND = [CHECKS.get_one("positive_data_acceptance"), CHECKS.get_one("negative_data_rejection")]
OPERATIONS = (
    "GET /api/v1/sources", "GET /api/v1/sources/{name}/contract", "GET /api/v1/calendar", "GET /api/v1/uploads",
    "POST /api/v1/uploads", "GET /api/v1/uploads/{upload_id}", "PATCH /api/v1/uploads/{upload_id}",
    "DELETE /api/v1/uploads/{upload_id}", "POST /api/v1/uploads/{upload_id}/finish", "GET /api/v1/deliveries",
    "GET /api/v1/deliveries/{delivery_id}", "GET /api/v1/deliveries/{delivery_id}/errors",
    "POST /api/v1/deliveries/{delivery_id}/withdraw", "GET /api/v1/replies", "POST /api/v1/replies/{reply_id}/answer",
    "POST /api/v1/replies/{reply_id}/whom",
)  # fmt: skip


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests leave the test's connection open, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def department(settings: Any, tmp_path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers of a department's program, and things that are there: an upload, a delivery with faults, a reply."""
    settings.ZERENTIAN_HOME = tmp_path
    settings.ZERENTIAN_API_PER_MINUTE = settings.ZERENTIAN_API_FAILURES_PER_MINUTE = 1_000_000
    clue = raised()
    with unit(system()):
        services.answer_clue(
            clue_id=clue.pk, conclusion="wrong_data", statement="不是本人的车", by=actor_of_cast("village")
        )
        services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"))
        reply = Reply.objects.get()
        begun = services.begin_upload(
            offer=services.Offer("vehicles", "2026-Q3"), file=services.Announced("v.csv", 3, "0" * 64),
            by=actor_of_cast("province"),
        )  # fmt: skip
    faulty = delivered(HEAD + "".join(row(f"赣B{n}", NUMBER) for n in range(40)) + row("赣C", NUMBER, price="八"))
    there = {"upload_id": begun.pk, "delivery_id": faulty.pk, "reply_id": reply.pk, "name": "vehicles"}
    return {"Authorization": f"Bearer {program('province', permissions=[*READABLE, 'exchange.match']).key}"}, there


@pytest.mark.django_db
def test_every_operation_of_the_delivery_api_is_asked() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    ours = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "exchange" in operation.get("tags", ())
    }
    assert ours == set(OPERATIONS)


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as told", "otherwise"])
def test_the_delivery_api_keeps_its_own_document(
    department: tuple[dict[str, str], dict[str, Any]], mode: GenerationMode
) -> None:
    """Every answer to what the document allows, and to what it doesn't, is one that the document knows; none is a fault."""
    headers, there = department
    document = from_wsgi("/api/v1/openapi.json", application)
    for label in OPERATIONS:
        method, path = label.split()
        asked = answers(document[path][method], mode, headers, there)
        assert asked, label
        assert not asked & {429, 500}, label
        if mode is GenerationMode.POSITIVE and method == "GET":
            assert 200 in asked, label


def answers(operation: Any, mode: GenerationMode, headers: dict[str, str], there: dict[str, Any]) -> set[int]:
    """Ask one operation many times, half the times for things that are there; the statuses of the answers."""
    asked = set()

    @given(case=operation.as_strategy(generation_mode=mode), known=strategies.booleans())
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def ask(case: Any, known: bool) -> None:
        if known and case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters = {key: there[key] for key in case.path_parameters}
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        asked.add(answer.status_code)
        case.validate_response(answer, headers=headers, excluded_checks=BEYOND)

    ask()
    return asked
