"""A year of procedures, run by the same acts as anybody's and on the days that they would have.

The villages of a county begin in rounds. Each step is decided a list at a time by whoever holds it: the village its
own, the township those of its villages, the county all; with papers, notices, objections and refusals. What isn't
decided by today stays where it is.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO

import time_machine
from django.utils import timezone

from zerentian.accounts.rules import ROLES
from zerentian.disclosure import services as disclosure
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import Level, Scope, ancestor
from zerentian.procedures import queries as procedures
from zerentian.procedures import services as cases
from zerentian.procedures.models import Case
from zerentian.procedures.rules.definition import Procedure, StepEntry
from zerentian.registry.models import Household, HouseholdChange, HouseholdIncome, Person
from zerentian.registry.services import applications
from zerentian.registry.services.changes import add_member, remove_member
from zerentian.sample.rules import year
from zerentian.sample.services.installing import LINE
from zerentian.sample.services.notices import FIRST, picture
from zerentian.sample.services.officers import officer
from zerentian.territory import queries as territory

STEPS = 60  # of one round, whatever is sent back
_LEAVES = ("death", "marriage_out", "moved_out")
_REVIEWERS = {"village": "township_officer", "township": "county_officer", "county": "city_officer"}
Tell = Callable[[str], object]


def run_year(area: int, *, seed: int, tell: Tell, part: int = 0, parts: int = 1) -> Counter[str]:
    """Run the year up to today in an area; what was done, by kind.

    Of several processes at once each takes its part of the villages. Begun again it goes on with the villages that have
    no case, in counties where its part has no change of members yet; cases that were interrupted stay as they stood.
    """
    today, done = timezone.localdate(), Counter[str]()
    for county, found in _villages(area).items():
        some = dict(sorted(found.items())[part::parts])
        if _is_over(list(some)):
            tell(f"{territory.name_of(county)}：已有办件，跳过")
            continue
        begun = _begun(list(some))
        fresh = {village: homes for village, homes in some.items() if village not in begun}
        done += CountyYear(county, today, random.Random(f"{seed}:{county}:{part}")).run(fresh, some)
        tell(f"{territory.name_of(county)}：办件 {done['cases']:,} 件，决定 {done['decisions']:,} 次")
    return done


def _begun(villages: Sequence[int]) -> set[int]:
    """Those of the villages that have cases."""
    with unit(system(), writes=False):
        return set(Case.objects.filter(division__in=villages).values_list("division", flat=True).distinct())


def _is_over(villages: Sequence[int]) -> bool:
    """Whether their year was gone through: members change when all cases are done."""
    with unit(system(), writes=False):
        return HouseholdChange.objects.filter(division__in=villages).exists()


def _villages(area: int) -> dict[int, dict[int, year.Homes]]:
    """County → village → its households."""
    found: dict[int, dict[int, year.Homes]] = defaultdict(dict)
    with unit(system("样例", Scope.of([area])), writes=False):
        risen = set(HouseholdIncome.objects.filter(per_capita__gt=LINE).values_list("household_id", flat=True))
        rows = Household.objects.values_list("id", "division", "status", "house_grade", "water_safe").order_by("id")
        for pk, village, status, grade, water in rows.iterator(chunk_size=20_000):
            county = found[ancestor(village, Level.COUNTY)]
            homes = county.setdefault(village, year.Homes([], defaultdict(list)))
            homes.everyone.append(pk)
            if status == "poor":
                # Villages propose who has risen; now and then somebody who hasn't.
                homes.may["household.exit" if pk in risen or pk % 12 == 0 else "household.removal"].append(pk)
            elif status == "exited" and (grade in ("c", "d") or water is False):
                homes.may["household.return"].append(pk)
    return found


class CountyYear:
    """One county from a year ago to today."""

    def __init__(self, county: int, today: date, rng: random.Random) -> None:
        self.county, self.today, self.rng = county, today, rng
        self.first = self.day = today - timedelta(days=365)
        self.done: Counter[str] = Counter()
        self.actors: dict[tuple[str, int], Actor] = {}

    def run(self, villages: Mapping[int, year.Homes], everywhere: Mapping[int, year.Homes]) -> Counter[str]:
        """Everything that the villages begin, up to today; members change in all that are named `everywhere`."""
        for (number, kind), subjects in year.begun(villages, self.rng, late={FIRST}).items():
            self.day = self.first + timedelta(days=number)
            with self._clock():
                _pack, procedure = procedures.definition_in_force(kind, self.day)
                ids = self._apply(subjects) if kind == year.IDENTIFICATION else self._open(procedure, subjects)
                self._walk(procedure, ids)
        for village, homes in sorted(everywhere.items()):
            self._members(village, homes.everyone)
        return self.done

    @contextmanager
    def _clock(self) -> Iterator[None]:
        """On the day, in the morning."""
        with time_machine.travel(self._moment(), tick=True) as self.traveller:
            yield

    def _moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.day, time(9)))

    def _wait(self, days: int) -> bool:
        """Let days pass; False when today comes first."""
        if self.day + timedelta(days=days) > self.today:
            return False
        self.day += timedelta(days=days)
        self.traveller.move_to(self._moment())
        return True

    def _actor(self, role: str, division: int) -> Actor:
        """Somebody with that role at its level who answers for the division."""
        own = ancestor(division, ROLES[role].level or Level.PROVINCE)
        if (role, own) not in self.actors:
            self.actors[role, own] = officer(role, own)
        return self.actors[role, own]

    def _open(self, procedure: Procedure, subjects: Sequence[tuple[int, int]]) -> list[int]:
        opener = procedure.opened_by
        groups: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
        for pk, village in subjects:
            groups[ancestor(village, opener.at)].append((pk, "", village))
        ids: list[int] = []
        for place, some in groups.items():
            by = self._actor(opener.roles[0], place)
            opened = cases.open_many(kind=procedure.id, subjects=some, by=by)
            ids += [one.case_id for one in opened if one.case_id is not None]
        self.done["cases"] += len(ids)
        self.done[procedure.id] += len(ids)
        return ids

    def _apply(self, subjects: Sequence[tuple[int, int]]) -> list[int]:
        """Households that apply: taken down, described and handed in by their villages, one after the other."""
        ids = []
        for _none, village in subjects:
            by = self._actor("village_officer", village)
            for asks in (year.asking(self.rng, village, self.day) for _try in range(3)):
                with suppress(Refused):  # somebody of the same number is on the register already
                    ids.append(self._hand_in(asks, by))
                    break
        self.done["cases"] += len(ids)
        self.done[year.IDENTIFICATION] += len(ids)
        return ids

    def _hand_in(self, asks: year.Asking, by: Actor) -> int:
        with unit(by):
            home = applications.begin_application(facts=asks.facts, head=asks.head, by=by)
            for one in asks.members:
                applications.add_applicant(household_id=home.pk, facts=one, by=by)
            applications.describe_applicant(household_id=home.pk, facts=asks.living, by=by)
            applications.record_applicant_income(household_id=home.pk, facts=asks.income, by=by)
            return int(applications.submit_application(household_id=home.pk, by=by).pk)

    def _walk(self, procedure: Procedure, ids: Sequence[int]) -> None:
        """From step to step until every case is over or today has come."""
        for _step in range(STEPS):
            standing = self._standing(ids)
            if not standing:
                return
            moved = [self._decide(procedure, procedure.at(step), found) for step, found in standing.items()]
            if not any(moved):
                return

    def _standing(self, ids: Sequence[int]) -> dict[str, list[tuple[int, int]]]:
        """The open cases by step: (case, village)."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        with unit(system(), writes=False):
            rows = Case.objects.filter(pk__in=ids, state="open").order_by("id")
            for pk, village, step in rows.values_list("id", "division", "step"):
                found[step].append((pk, village))
        return found

    def _decide(self, procedure: Procedure, step: StepEntry, found: Sequence[tuple[int, int]]) -> bool:
        """One step of the round, by everybody who holds some of it; whether its day has come."""
        if not self._wait(year.days_until(step)):
            return False
        if step.notice and not self._post(step, found):
            return False
        held: dict[int, list[int]] = defaultdict(list)
        for pk, village in found:
            held[ancestor(village, step.by.at)].append(pk)
        for place, ids in held.items():
            by = self._actor(step.by.roles[0], place)
            for some in year.lists(ids, cases.MOST_AT_ONCE):
                self._meet(procedure, step, some, by)
        return True

    def _meet(self, procedure: Procedure, step: StepEntry, ids: Sequence[int], by: Actor) -> None:
        """Papers and decision of one list."""
        for paper in step.evidence:
            for copy in range(paper.count):
                text = f"%PDF-1.7\n{paper.kind} {by.division} {self.day} {step.id} {ids[0]} {copy}".encode()
                name = f"{paper.kind}-{self.day}.pdf"
                cases.attach_many(case_ids=ids, kind=paper.kind, source=text, name=name, by=by)
        no = year.against(step)
        turned = self.rng.sample(ids, year.chance(len(ids) * year.TURNED_DOWN, self.rng)) if no else []
        left = self._decided(step, step.outcomes[0].id, [pk for pk in ids if pk not in turned], by)
        why = dict(left)
        if no and (left or turned):
            left = self._decided(step, no.id, [*left, *turned], by)
        opener = procedure.opened_by.roles[0]
        if step.by.at < procedure.opened_by.at:  # nobody below ends what lies above
            self.done["waiting"] += len(left)
            return
        for pk in left:
            reason = f"不符合条件：{why.get(pk, '')}"[:200]
            cases.withdraw(case_id=pk, reason=reason, by=self._actor(opener, self._village_of(pk)))
            self.done["withdrawn"] += 1

    def _village_of(self, case_id: int) -> int:
        with unit(system(), writes=False):
            return int(Case.objects.get(pk=case_id).division)

    def _decided(self, step: StepEntry, outcome: str, ids: Sequence[int], by: Actor) -> dict[int, str]:
        """Decide a list as a meeting does; case → why it was left out."""
        if not ids:
            return {}
        told = cases.decide_many(
            case_ids=ids, outcome=outcome, by=by, form=year.form_of(step, self.day), vote=year.vote_of(step, self.rng),
            reason="经核实，按程序办理", meeting=f"{self.day} 会议",
        )  # fmt: skip
        refused = {one.case_id: one.why for one in told if not one.done}
        self.done["decisions"] += len(ids) - len(refused)
        return refused

    def _post(self, step: StepEntry, found: Sequence[tuple[int, int]]) -> bool:
        """Hang a notice in each village and end it on its day; False when they still hang today."""
        villages: dict[int, list[int]] = defaultdict(list)
        for pk, village in found:
            villages[village].append(pk)
        hung = [(self._hang(step, village, ids), village) for village, ids in villages.items()]
        self._objections(step, villages)
        last = max(until for (_pk, until), _village in hung)
        if not self._wait((last - self.day).days + 1):
            return False
        for (pk, _until), village in hung:
            disclosure.end_notice(notice_id=pk, by=self._actor(step.by.roles[0], village))
        return True

    def _hang(self, step: StepEntry, village: int, ids: Sequence[int]) -> tuple[int, date]:
        """Compose, review, publish and prove one notice: its id and last day."""
        composer = self._actor(step.by.roles[0], village)
        reviewer = self._actor(_REVIEWERS[step.by.level], village)
        office = f"{territory.name_of(ancestor(village, Level.TOWNSHIP))}扶贫工作站"
        pk = cases.ask_notice(case_ids=ids, office=office, by=composer, phone="0797-5312345")
        disclosure.review_notice(notice_id=pk, passes=True, by=reviewer)
        notice = disclosure.publish_notice(notice_id=pk, by=composer)
        photo, now = BytesIO(picture(64, 48)), timezone.now()
        disclosure.prove_posting(notice_id=pk, photo=photo, place="村委会门口公开栏", posted_at=now, by=composer)
        self.done["notices"] += 1
        return pk, notice.period_to or self.day

    def _objections(self, step: StepEntry, villages: Mapping[int, Sequence[int]]) -> None:
        """Here and there somebody comes to the office; two days later he has his answer."""
        made = []
        for village, ids in villages.items():
            if self.rng.random() < year.OBJECTED:
                own, text = self._actor("village_officer", village), "这一户在镇上有房，请再核实"
                made.append((cases.object_to(case_id=ids[0], text=text, source="visit", by=own), village))
        self.done["objections"] += len(made)
        if made and self._wait(2):
            for one, village in made:
                answer, by = "经入户核实，情况与公示一致", self._actor("county_officer", village)
                cases.answer_objection(objection_id=one.pk, outcome="rejected", answer=answer, by=by)

    def _members(self, village: int, homes: Sequence[int]) -> None:
        """Some households lose a member in the year, to others a child is born."""
        chosen = self.rng.sample(homes, year.chance(len(homes) * year.MEMBERS, self.rng))
        own = self._actor("village_officer", village)
        with unit(own, writes=False):
            rows = Person.objects.filter(household__in=chosen, left_on=None).exclude(relation="head").order_by("id")
            leaving = dict(rows.values_list("household_id", "id"))
        for home, person in leaving.items():
            self.day = self.first + timedelta(days=self.rng.randrange(365))
            if self.rng.random() < year.JOINED:
                self._born(home, village, own)
                continue
            kind = self.rng.choice(_LEAVES)
            with self._clock():
                try:
                    remove_member(person_id=person, kind=kind, left_on=self.day, reason="自然变更", by=own)
                except Refused:
                    continue  # whoever joined the household after that day can't leave it before
                self.done["members"] += 1

    def _born(self, home: int, village: int, own: Actor) -> None:
        child = year.newborn(self.rng, village, self.day)
        with self._clock(), suppress(Refused):  # a number that somebody has, or a household under a procedure
            add_member(
                household_id=home, kind="birth", joined_on=self.day, facts=child, reason="出生登记", by=own
            )  # fmt: skip
            self.done["members"] += 1
