"""Cases of 兴国县 made by the acts of the standing cast; conditions and effects stand in for the apps above."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.kernel import effects
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Reason
from zerentian.procedures import queries, services
from zerentian.procedures.models import Case, CaseNotice, StepRecord
from zerentian.procedures.rules import plugs
from zerentian.procedures.rules.definition import StepEntry
from zerentian.procedures.rules.given import Vote
from zerentian.procedures.rules.plugs import Verdict

PAPER = b"%PDF-1.7 a paper"
CARRIED = Vote(entitled=30, present=24, in_favour=20, against=4)
_numbers = count(700_001)


class World:
    """What the apps above would know and do."""

    def __init__(self) -> None:
        self.holds: dict[str, bool] = {}
        self.done: list[tuple[str, int]] = []
        self.related: dict[int, str] = {}

    def judge(self, name: str) -> Any:
        """A judge of a condition: met unless the test says otherwise."""

        def judged(**_facts: Any) -> Verdict:
            held = self.holds.get(name, True)
            return Verdict(held, () if held else (Reason("住房不安全"),))

        return judged

    def carry(self, name: str) -> Any:
        """A listener that notes what it was asked to do."""

        def carried(*, case: Any, **_facts: Any) -> None:
            self.done.append((name, case.id))

        return carried

    def relations(self, *, user_id: int, subject_ids: Sequence[int], **_facts: Any) -> dict[int, list[str]]:
        """Who is related to the subjects."""
        return {one: [self.related[user_id]] for one in subject_ids} if user_id in self.related else {}


@contextmanager
def plugged() -> Iterator[World]:
    """Every named condition and effect answered by a World, whatever apps above have registered."""
    made = World()
    with pytest.MonkeyPatch.context() as patch:
        for one in queries.vocabulary().conditions:
            patch.setitem(plugs._conditions, one.id, made.judge(one.id))
        for one in queries.vocabulary().effects:
            patch.setitem(effects._registry, one.id, [made.carry(one.id)])
        patch.setattr(plugs, "_subjects", {})
        patch.setattr(plugs, "_hints", {})
        patch.setattr(plugs, "_relations", [made.relations])
        yield made


def opened(kind: str = "household.identification", **changes: Any) -> Case:
    """A case that the village has opened."""
    asked = {"subject_id": next(_numbers), "name": "钟文华", "division": VILLAGES[0], "by": actor_of_cast("village")}
    return services.open_case(kind=kind, **{**asked, **changes})


def fresh(case: Case) -> Case:
    """The case as it stands in the database."""
    with unit(system()):
        found: Case = Case.objects.select_related("definition").get(pk=case.pk)
    return found


def step_of(case: Case) -> StepEntry:
    """The step that it is at."""
    return queries.definition(case.definition_id).at(case.step)


def decider(step: StepEntry) -> str:
    """Whoever of the cast decides the step."""
    return step.by.level


def prepared(case: Case) -> Case:
    """The case with the papers and the ended notice that its step asks for."""
    case = fresh(case)
    step = step_of(case)
    for paper in step.evidence:
        for _copy in range(paper.count):
            services.attach(
                case_id=case.pk, kind=paper.kind, source=PAPER, name="a.pdf", by=actor_of_cast(decider(step))
            )
    if step.notice:
        with unit(system()), acting("test.notice", by=system(), reason="测试"):
            CaseNotice.objects.create(
                case=case, division=case.division, step=step.id, turn=case.turn, kind=step.notice.kind,
                subject=f"case:{case.pk}", asked_on=case.step_since, published_on=case.step_since - timedelta(days=9),
                until=case.step_since - timedelta(days=2), ended_on=case.step_since - timedelta(days=1),
            )  # fmt: skip
    return case


def form_of(step: StepEntry) -> dict[str, Any]:
    """A form that the step accepts."""
    values = {"date": "2017-03-01", "text": "因病致贫", "number": "1", "count": "1", "yes_no": True}
    return {one.key: values.get(one.type) or one.choices[0].key for one in step.fields}


def decided(case: Case, outcome: str = "", **changes: Any) -> Case:
    """The case after its step's first outcome (or the given one), by whoever decides it."""
    case = prepared(case)
    step = step_of(case)
    asked: dict[str, Any] = {
        "outcome": outcome or step.outcomes[0].id, "form": form_of(step), "vote": CARRIED if step.meeting else None,
        "by": actor_of_cast(decider(step)),
    }  # fmt: skip
    services.advance(case_id=case.pk, **{**asked, **changes})
    return fresh(case)


def at(step: str, kind: str = "household.identification", **changes: Any) -> Case:
    """A case that has come to the step by first outcomes."""
    case = opened(kind, **changes)
    while case.step != step:
        case = decided(case)
    return case


def records(case: Case) -> list[StepRecord]:
    """What happened, in order."""
    with unit(system()):
        return list(StepRecord.objects.filter(case=case).order_by("turn"))
