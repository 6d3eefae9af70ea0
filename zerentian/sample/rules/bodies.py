"""Who answers: bodies, posts, appointments, grids and assignments of the whole province, with planted shortfalls."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from zerentian.sample.rules.names import full_names, surnames
from zerentian.sample.rules.places import POVERTY_COUNTIES, Place, Plan

Rows = list[dict[str, Any]]

_DEPARTMENTS = {
    "organisation": "委组织部", "discipline": "纪委", "procuratorate": "检察院", "audit": "审计厅", "finance": "财政厅",
    "agriculture": "农业厅", "human_resources": "人力资源和社会保障厅", "reform": "发展和改革委员会",
    "housing": "住房和城乡建设厅", "rural_work": "委农工部", "transport": "交通运输厅", "water": "水利厅",
    "forestry": "林业厅", "civil_affairs": "民政厅", "health": "卫生和计划生育委员会", "education": "教育厅",
}  # fmt: skip
_LOCAL = ("organisation", "discipline", "audit", "finance")
_UNITS = (
    "发展和改革委员会",
    "教育局",
    "水利局",
    "农业局",
    "供电公司",
    "人民医院",
    "税务局",
    "林业局",
    "交通运输局",
    "农商银行",
    "中学",
    "文化馆",
)

# Shares of bodies that fall short on purpose; the answer key names each.
_SHORT = {
    "no_person_named": 0.02, "superior_missing": 0.004, "staff_short": 0.06, "no_premises": 0.03, "no_budget": 0.04,
    "station_missing": 0.03, "workroom_missing": 0.02, "committee_incomplete": 0.03, "keeper_missing": 0.04,
    "village_without_cadre": 0.03, "area_without_leader": 0.02, "team_understaffed": 0.05, "village_without_unit": 0.02,
    "chief_changed_unapproved": 0.12, "township_chief_changed_early": 0.05, "financing_body_missing": 0.2,
}  # fmt: skip


@dataclass
class Registry:
    """The rows of the five sheets and the answer key, while they are made."""

    rng: np.random.Generator
    today: date
    bodies: Rows = field(default_factory=list)
    posts: Rows = field(default_factory=list)
    appointments: Rows = field(default_factory=list)
    grids: Rows = field(default_factory=list)
    assignments: Rows = field(default_factory=list)
    key: Rows = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _draws: list[float] = field(default_factory=list)

    def draw(self) -> float:
        """A number in [0, 1)."""
        if not self._draws:
            self._draws = self.rng.random(20_000).tolist()
        return self._draws.pop()

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.draw() * (high - low + 1))

    def person(self) -> str:
        """A name."""
        if not self._names:
            males = self.rng.random(5000) < 0.72
            self._names = [str(n) for n in full_names(self.rng, surnames(self.rng, 5000), males)]
        return self._names.pop()

    def phone(self) -> str:
        """A mobile number."""
        return f"1{'35789'[self.number(0, 4)]}{self.number(0, 999_999_999):09d}"

    def short(self, kind: str, row: str, division: int) -> bool:
        """Whether this one falls short in the given way; if so the answer key keeps it."""
        if self.draw() >= _SHORT[kind]:
            return False
        self.key.append({"kind": kind, "row": row, "division": division, "seen_in": "ledger"})
        return True

    def body(self, code: str, place: int, kind: str, name: str, superior: str, **more: Any) -> str:
        """Add a body; returns its code."""
        row = {
            "code": code, "division": place, "kind": kind, "department": "", "name": name, "short_name": "",
            "superior_code": superior, "has_tasks": True, "tasks_reason": "", "staff_quota": None, "staff_actual": None,
            "premises": True, "budget": None, "budget_year": self.today.year, "phone": "", "address": "",
            "founded_on": date(2016, 3, 1), "ended_on": None,
        }  # fmt: skip
        row.update(more)
        self.bodies.append(row)
        return code

    def post(self, body: str, kind: str, title: str, first: bool = False, held: bool = True, order: int = 1) -> str:
        """Add a post, and somebody in it unless it stands empty; returns its code."""
        code = f"{body}-{kind}-{order}"
        self.posts.append(
            {
                "code": code,
                "body_code": body,
                "kind": kind,
                "title": title,
                "is_first_answerable": first,
                "order": order,
            }
        )
        if held:
            self.appoint(code, self.today - timedelta(days=self.number(500, 1400)))
        return code

    def appoint(self, post: str, start: date, end: date | None = None, approved: bool = True) -> None:
        """Somebody holds the post from `start` to `end`."""
        self.appointments.append(
            {
                "post_code": post, "person_name": self.person(), "phone": self.phone(), "starts_on": start, "ends_on": end,
                "approval_reference": f"任〔{start.year}〕{self.number(1, 400)}号" if approved else "",
                "approved_on": start - timedelta(days=7) if approved else None,
                "approved_by": "上级党委组织部门" if approved else "", "is_exempt": False,
            }
        )  # fmt: skip

    def assign(self, kind: str, division: int, *, body: str = "", post: str = "", reference: str = "") -> None:
        """A leader, cadre, unit or team takes on a village."""
        self.assignments.append(
            {
                "kind": kind, "body_code": body, "post_code": post, "division": division,
                "starts_on": self.today - timedelta(days=self.number(300, 900)), "ends_on": None, "reference": reference,
            }
        )  # fmt: skip


def make(places: list[Place], plan: Plan, seed: int, today: date) -> Registry:
    """All bodies of the province."""
    made = Registry(np.random.default_rng([seed, 3]), today)
    children: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        children[place.parent].append(place)
    homes = dict(zip(plan.villages.tolist(), plan.households.tolist(), strict=True))
    kinds = dict(zip(plan.villages.tolist(), plan.kinds.tolist(), strict=True))
    province = next(p for p in places if p.level == "province")
    top = _area(made, province, "", tuple(_DEPARTMENTS), 60)
    for city in children[province.code]:
        above = _area(made, city, top, _LOCAL, 22)
        for county in children[city.code]:
            own = _area(made, county, above, _LOCAL, 14)
            _county_extras(made, county, own)
            for township in children[county.code]:
                villages = children[township.code]
                _township(made, township, villages, own, homes, kinds, county.name)
    return made


def _area(made: Registry, place: Place, superior: str, departments: tuple[str, ...], staff: int) -> str:
    """The bodies of a province, city or county: committee and government, group, office, departments."""
    stem = f"{place.code:012d}"[:6]
    label = {"province": "省", "city": "市", "county": "县"}[place.level]
    main = made.body(
        f"{stem}-PG", place.code, "party_government", f"{place.name}党委和政府", superior,
        staff_quota=None,
    )  # fmt: skip
    _chiefs(made, main, place)
    group = made.body(f"{stem}-LG", place.code, "leading_group", f"{place.name}扶贫开发领导小组", main)
    made.post(group, "head", "组长", True)
    office_staff = made.number(staff, staff + 8)
    office = f"{stem}-PO"
    short = made.short("staff_short", office, place.code)
    made.body(
        office, place.code, "poverty_office", f"{place.name}扶贫和移民办公室",
        "" if place.level == "county" and made.short("superior_missing", office, place.code) else main,
        staff_quota=office_staff, staff_actual=office_staff // 2 if short else office_staff - made.number(0, 1),
        premises=not made.short("no_premises", office, place.code),
        budget=None if made.short("no_budget", office, place.code) else made.number(20, 200) * 10_000,
        phone=f"079{made.number(0, 9)}-{made.number(2_000_000, 8_999_999)}",
    )  # fmt: skip
    made.post(office, "director", "主任", True)
    for order in range(1, 3):
        made.post(office, "officer", "干部", order=order)
    for department in departments:
        name = _DEPARTMENTS[department]
        if label != "省":
            name = name.replace("厅", "局")
        code = made.body(
            f"{stem}-D-{department}", place.code, "department", f"{place.name}{name}", main,
            department=department, staff_quota=made.number(20, 60), staff_actual=made.number(20, 60), budget=500_000,
        )  # fmt: skip
        made.post(code, "director", "主要负责人", True)
    return main


def _chiefs(made: Registry, main: str, place: Place) -> None:
    """The two chiefs; in some poverty counties one was changed without approval."""
    for kind, title in (("party_chief", "党委书记"), ("government_chief", "政府主要负责人")):
        code = f"{main}-{kind}-1"
        if place.level == "county" and place.code // 1_000_000 in POVERTY_COUNTIES:
            made.post(main, kind, title, True, held=False)
            if made.short("chief_changed_unapproved", code, place.code):
                change = made.today - timedelta(days=made.number(40, 300))
                made.appoint(code, change - timedelta(days=900), change - timedelta(days=1))
                made.appoint(code, change, approved=False)
            else:
                made.appoint(code, made.today - timedelta(days=made.number(700, 1500)))
        else:
            vacant = place.level == "county" and made.short("no_person_named", code, place.code)
            made.post(main, kind, title, True, held=not vacant)
    made.post(main, "deputy_in_charge", "分管负责人")


def _county_extras(made: Registry, county: Place, own: str) -> None:
    """The financing body of a county."""
    stem = f"{county.code:012d}"[:6]
    poor = county.code // 1_000_000 in POVERTY_COUNTIES
    code = f"{stem}-FB"
    if poor and not made.short("financing_body_missing", code, county.code):
        made.body(code, county.code, "financing_body", f"{county.name}扶贫开发投资有限公司", own, budget=5_000_000)
        made.post(code, "head", "董事长", True)


def _township(
    made: Registry,
    township: Place,
    villages: list[Place],
    superior: str,
    homes: dict[int, int],
    kinds: dict[int, str],
    county: str,
) -> None:
    stem = f"{township.code:012d}"[:9]
    busy = [v for v in villages if homes.get(v.code)]
    idle = "" if busy else "辖区内没有在册贫困户"
    main = made.body(
        f"{stem}-PG", township.code, "party_government", f"{township.name}党委和政府", superior,
        has_tasks=bool(busy), tasks_reason=idle,
    )  # fmt: skip
    leaders = [
        _township_chief(made, main, kind, title, township)
        for kind, title in (("party_chief", "党委书记"), ("government_chief", "乡(镇)长"))
    ]
    leaders.append(made.post(main, "deputy_in_charge", "分管副职"))
    cadres: list[str] = []
    if busy and not made.short("station_missing", f"{stem}-ST", township.code):
        staff = made.number(3, 6)
        short = made.short("staff_short", f"{stem}-ST", township.code)
        station = made.body(
            f"{stem}-ST", township.code, "township_station", f"{township.name}扶贫工作站", main,
            staff_quota=staff, staff_actual=staff // 2 if short else staff,
            premises=not made.short("no_premises", f"{stem}-ST", township.code),
            budget=None if made.short("no_budget", f"{stem}-ST", township.code) else made.number(3, 20) * 10_000,
        )  # fmt: skip
        made.post(station, "station_chief", "站长", True)
        cadres = [made.post(station, "station_member", "扶贫专干", order=order) for order in (1, 2)]
    for index, village in enumerate(villages):
        _village(made, village, main, homes.get(village.code, 0), kinds.get(village.code, "ordinary"), county)
        if homes.get(village.code):
            pool = cadres or leaders
            if not made.short("village_without_cadre", str(village.code), village.code):
                made.assign("village", village.code, post=pool[index % len(pool)], reference=f"{township.name}包村安排")
            if not made.short("area_without_leader", str(village.code), village.code):
                made.assign(
                    "area", village.code, post=leaders[index % len(leaders)], reference=f"{township.name}包片安排"
                )


def _township_chief(made: Registry, main: str, kind: str, title: str, township: Place) -> str:
    code = f"{main}-{kind}-1"
    heavy = township.code // 1_000_000 in POVERTY_COUNTIES
    vacant = made.short("no_person_named", code, township.code)
    early = not vacant and heavy and made.short("township_chief_changed_early", code, township.code)
    made.post(main, kind, title, True, held=not vacant and not early)
    if early:
        change = made.today - timedelta(days=made.number(30, 200))
        made.appoint(code, change - timedelta(days=300), change - timedelta(days=1))
        made.appoint(code, change, approved=False)
    return code


def _village(made: Registry, village: Place, superior: str, homes: int, kind: str, county: str) -> None:
    stem = f"{village.code:012d}"
    rural = village.name.endswith(("村委会", "村民委员会"))
    short_name = (
        village.name.removesuffix("民委员会").removesuffix("委会").replace("村村", "村") if rural else village.name
    )
    main = made.body(
        f"{stem}-VC", village.code, "village_committee", f"{short_name}“两委”", superior,
        has_tasks=homes > 0, tasks_reason="" if homes else "没有在册贫困户",
    )  # fmt: skip
    made.post(main, "village_secretary", "村党组织书记", True)
    made.post(main, "village_director", "村委会主任")
    if not homes:
        return
    incomplete = made.short("committee_incomplete", main, village.code)
    made.post(main, "committee_member", "委员", held=not incomplete)
    if not made.short("workroom_missing", f"{stem}-WR", village.code):
        room = made.body(
            f"{stem}-WR", village.code, "village_workroom", f"{short_name}扶贫工作室", main,
            staff_quota=1, staff_actual=1, premises=not made.short("no_premises", f"{stem}-WR", village.code),
        )  # fmt: skip
        made.post(room, "workroom_member", "扶贫专干", True)
    count = max(1, -(-homes // 45))
    for number in range(1, count + 1):
        kept = not made.short("keeper_missing", f"{stem}#{number}", village.code)
        keeper = made.post(main, "grid_keeper", f"第{number}网格员", order=number) if kept else ""
        made.grids.append({"division": village.code, "name": f"第{number}网格", "keeper_post_code": keeper})
    if kind != "ordinary":
        _support(made, village, stem, short_name, superior, county)


def _support(made: Registry, village: Place, stem: str, name: str, superior: str, county: str) -> None:
    """A poor village's assigned unit and resident team with its first secretary."""
    if not made.short("village_without_unit", stem, village.code):
        unit_name = f"{county}{_UNITS[made.number(0, len(_UNITS) - 1)]}（帮扶{name}）"
        unit = made.body(f"{stem}-AU", village.code, "assigned_unit", unit_name, superior)
        made.post(unit, "head", "单位负责人", True)
        made.assign("assigned_unit", village.code, body=unit, reference="定点帮扶安排表")
    team = made.body(
        f"{stem}-RT", village.code, "resident_team", f"驻{name}工作队", superior, staff_quota=3, staff_actual=3
    )
    secretary = made.post(team, "first_secretary", "第一书记、队长", True)
    short = made.short("team_understaffed", team, village.code)
    for order in (1, 2):
        made.post(team, "team_member", "队员", held=not (short and order == 2), order=order)
    made.assign("resident_team", village.code, body=team, reference="驻村选派通知")
    made.assign("first_secretary", village.code, post=secretary, reference="驻村选派通知")
