"""What a higher desk is asked first: no page, sheet, export, file or answer of the API tells the village before it is handed down."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from tests.access import TABLE, arguments
from tests.test_access import HASHERS
from tests.world import World, build
from zerentian.accounts.tests.cast import client_of_cast
from zerentian.assessment import services as assessment
from zerentian.exchange import queries
from zerentian.exchange.models import Clue, ClueEvidence, ClueStep
from zerentian.exchange.rules.sheets import code_of
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.procedures.models import Case

RULE, MARK = "custody.punished", "暗号辛亥"
COUNTY, VILLAGE = 360732000000, 360732100200
# Pages that change what is there, or leave the house.
_PASSED_OVER = {"set_language", "accounts:sign_out"}
_OPTIONS = re.compile(r"<option.*?</option>", re.S)  # a filter names every rule there is


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One of everything; its clue is open at the township, where somebody in custody is asked about first."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(
            PASSWORD_HASHERS=HASHERS, ZERENTIAN_API_PER_MINUTE=100_000, ZERENTIAN_API_FAILURES_PER_MINUTE=100_000
        ):
            made = build()
            _keep_back(made)
            for who in ("grid_keeper", "leader"):
                made.clients[who] = client_of_cast(who)
                made.cookies[who] = {k: m.value for k, m in made.clients[who].cookies.items()}
            yield made
        transaction.set_rollback(True)


def _keep_back(made: World) -> None:
    with unit(system()), acting("test.keep", by=system(), reason="测试"):
        rule, clue = queries.rule(RULE), Clue.objects.get(pk=made.ids["clue"])
        assert rule.checked_by == "township"
        clue.rule, clue.source, clue.kind, clue.severity = rule.id, "custody", rule.kind, rule.severity
        clue.state, clue.holder, clue.conclusion, clue.statement = "open", "township", "", MARK
        clue.settled_on = clue.answered_on = clue.answered_by = None
        clue.due_on, clue.answered_who = clue.raised_on.replace(year=clue.raised_on.year - 1), ""
        clue.save()
        shown = {rule.shows[0][0]: MARK}
        ClueEvidence.objects.filter(clue=clue).update(shown=shown, answered=False)
        ClueStep.objects.create(
            clue=clue, division=clue.division, household_id=clue.household_id, kind="answered", statement=MARK, who="测"
        )  # fmt: skip
        made.ids["clue_household"] = clue.household_id
        case = Case.objects.get(pk=made.ids["case"])  # its household once more, where the comparison is to be clear
        case.pk, case.subject_id, case.household_id, case.step = (
            None,
            clue.household_id,
            clue.household_id,
            "comparison",
        )
        case.state = "open"
        case.save(force_insert=True)
        made.ids["clue_case"] = case.pk
    assessment.recompute(by=system(), division=COUNTY)


def said(answer: Any) -> str:
    """Everything that an answer says: of a page without its filters, of a workbook every part."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return _OPTIONS.sub("", content.decode("utf-8", "replace"))


def traces(world: World) -> tuple[str, ...]:
    """What would tell of the clue: its words, its rule, its number and its address."""
    pk = world.ids["clue"]
    return (
        MARK,
        RULE,
        queries.title_of(RULE),
        code_of(pk),
        f"/clues/{pk}/",
        f"clue={pk}",
        f'"clue": {pk}',
        f"线索 {pk}",
        f"clue {pk}",
    )


def addresses(world: World) -> Iterator[str]:
    """Every address that is read, about the world's own things, the clue's household and the village."""
    own = {**world.ids, "household": world.ids["clue_household"], "case": world.ids["clue_case"]}
    for name, method, _statuses in TABLE:
        if method != "GET" or name in _PASSED_OVER:
            continue
        for ids in (world.ids, own):
            given = arguments(name, ids)
            yield reverse(name, kwargs=given)
            if "code" in given and not isinstance(given["code"], str):
                yield reverse(name, kwargs={**given, "code": VILLAGE})


@pytest.mark.parametrize("who", ["village", "grid_keeper"])
def test_nothing_that_the_village_reads_tells_of_it(world: World, who: str) -> None:
    wanted, found, read = traces(world), {}, 0
    household = world.ids["clue_household"]
    more = [
        f"/clues/?household={household}", f"/clues/?rule={RULE}", "/clues/?source=custody", f"/clues/?text={MARK}",
        "/clues/figures/?source=custody", "/clues/sheet/?source=custody", "/clues/figures/?as=xlsx",
        f"/clues/sheet/typed/?numbers={code_of(world.ids['clue'])}", f"/clues/answer/?clue={world.ids['clue']}",
        "/ledger/snapshots/", f"/ledger/{VILLAGE}/differences/?view=clue",
    ]  # fmt: skip
    for address in [*dict.fromkeys(addresses(world)), *more]:
        with transaction.atomic():
            answer = world.ask(who, "GET", address)
            transaction.set_rollback(True)
        if answer.status_code == 200:
            read += 1
            text = said(answer)
            own = address.startswith("/clues/sheet/") and (
                code_of(world.ids["clue"]),
            )  # what the village itself filled in
            if told := [one for one in wanted if one in text and one not in address and one not in (own or ())]:
                found[address] = told
    assert found == {}
    assert read > 60


def test_a_case_says_that_the_comparison_is_not_clear_and_no_more(world: World) -> None:
    address = f"/cases/{world.ids['clue_case']}/"
    assert "与部门数据的比对还没有得出没有疑点的结论" in said(world.ask("county", "GET", address))
    assert f"/clues/{world.ids['clue']}/" in said(world.ask("county", "GET", address))
    assert f"/clues/{world.ids['clue']}/" not in said(world.ask("village", "GET", address))


def test_the_township_reads_it_and_hands_it_down(world: World) -> None:
    pk = world.ids["clue"]
    assert MARK in said(world.ask("township", "GET", f"/clues/{pk}/"))
    assert queries.title_of(RULE) in said(world.ask("leader", "GET", "/clues/"))
    assert world.ask("village", "GET", f"/clues/{pk}/").status_code == 404
    with transaction.atomic():
        with unit(system()), acting("test.hand", by=system(), reason="测试"):
            Clue.objects.filter(pk=pk).update(holder="village")
        assert MARK in said(world.ask("village", "GET", f"/clues/{pk}/"))
        transaction.set_rollback(True)
