"""One of everything, all of it in 兴国县, made by the acts; and the standing cast as clients and programs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from zerentian.accounts.models import ApiToken, RoleGrant
from zerentian.accounts.tests.cast import COUNTY, VILLAGES, actor_of_cast, client_of_cast, user_of
from zerentian.api.tests.factories import program
from zerentian.assessment import services as assessment
from zerentian.assessment.models import Entry
from zerentian.disclosure.models import Objection
from zerentian.disclosure.tests import factories as notices
from zerentian.exchange import services
from zerentian.exchange.models import Reply
from zerentian.exchange.rules.sheets import code_of
from zerentian.exchange.tests import factories as exchange
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.files import store
from zerentian.kernel.models import Act, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.privacy import mask_id
from zerentian.organisations import services as organisations
from zerentian.organisations.models import Appointment
from zerentian.organisations.tests import factories as bodies
from zerentian.oversight import services as oversight
from zerentian.procedures import services as procedures
from zerentian.registry.models import (
    County,
    Household,
    HouseholdChange,
    HouseholdIncome,
    Import,
    Person,
    QualityFinding,
    Village,
)
from zerentian.registry.services import applications, quality
from zerentian.registry.services.kinship import declare_kinship
from zerentian.rulebook import services as rulebook
from zerentian.rulebook.rules.pack import OverlayFile
from zerentian.rulebook.rules.reading import check_content

CAST = (
    "county", "township", "village", "neighbour", "outsider", "anonymous", "auditor", "system_admin",
    "security_admin", "audit_admin", "inspector", "department",
)  # fmt: skip
NUMBER = "360732197001010017"
LAW = "第一章 总 则\n第一条 为了落实责任，制定本细则。\n第二条 各级负责。 第三条 县级承担责任。"


@dataclass
class World:
    """Ids of what was made, and everybody's client."""

    ids: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, who: str, method: str, address: str, language: str = "zh-hans") -> HttpResponse:
        """What `who` is answered: pages by session, the API by key where he may have one."""
        headers = {"Accept-Language": language}
        if address.startswith("/api/") and who in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        client = self.clients[who]
        client.cookies = SimpleCookie(self.cookies[who])  # whatever the last answer did, signing out too
        answer: HttpResponse = getattr(client, method.lower())(address, headers=headers)
        return answer


def build() -> World:
    """Everything once. Needs an open transaction, which whoever calls rolls back."""
    made = World()
    made.clients = {name: client_of_cast(None if name == "anonymous" else name) for name in CAST}
    made.cookies = {who: {k: m.value for k, m in client.cookies.items()} for who, client in made.clients.items()}
    made.keys = {
        name: program(name).key
        for name in CAST
        if name != "anonymous" and actor_of_cast(name).may(Permission.TOKEN_ISSUE)
    }
    _organise(made)
    _rule(made)
    _register(made)
    _proceed(made)
    _disclose(made)
    _check(made)
    _exchange(made)
    _reckon(made)
    _operate(made)
    return made


def _organise(made: World) -> None:
    chain = bodies.chain()
    bodies.body(bodies.NEIGHBOUR, superior_id=chain[bodies.CITY].pk)
    county = chain[COUNTY]
    committee = chain[VILLAGES[0]]
    seat = organisations.create_post(body_id=committee.pk, kind="grid_keeper", title="网格员", by=system())
    grid = organisations.set_up_grid(division=VILLAGES[0], name="第一网格", keeper_post_id=seat.pk, by=system())
    with unit(system()):
        chief = Appointment.objects.get(post__body=county)
    assigned = organisations.assign(
        kind="village", post_id=chief.post_id, division=VILLAGES[0], starts_on=date(2017, 1, 1), by=system()
    )
    made.ids |= {
        "body": county.pk, "post": chief.post_id, "appointment": chief.pk, "grid": grid.pk, "assignment": assigned.pk,
    }  # fmt: skip


def _rule(made: World) -> None:
    today = timezone.localdate()
    tighter = {"duty": "22.2", "measure": "quality.score", "target": 99}
    content = {"title": "兴国县配套措施", "area": COUNTY, "valid_from": today, "tighten": [tighter]}
    county = actor_of_cast("county")
    overlay = rulebook.file_overlay(content=check_content(OverlayFile, content), by=county)
    asked = rulebook.ask_question(article=22, question="何为及时？", by=county)
    text = rulebook.upload_text(
        is_partial=True,
        regulation="jiangxi-2016",
        name="law.txt",
        content=LAW.encode(),
        effective_on=today,
        by=system(),
    )
    made.ids |= {"overlay": overlay.pk, "interpretation": asked.pk, "text": text.pk}


def _findings(made: World) -> None:
    """What the quality rules ask about the household: one finding open, one explained."""
    quality.refresh()
    with unit(system(), writes=False):
        one, other = QualityFinding.objects.filter(household_id=made.ids["household"]).order_by("id")[:2]
    until = timezone.localdate() + timedelta(days=30)
    said = quality.explain(finding_id=other.pk, reason="入户核对，情况属实", until=until, by=actor_of_cast("village"))
    made.ids |= {"finding": one.pk, "exception": said.pk}
    kin = declare_kinship(
        household_id=made.ids["household"], cadre="赖水生", relation="sibling", by=actor_of_cast("village")
    )
    made.ids["kinship"] = kin.pk


def _register(made: World) -> None:
    """A household with a member and an income that nobody helps, and the forms of its village and county."""
    whole = {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31), "year": 2025}
    with unit(system()), acting("test.register", by=system(), reason="测试"):
        home = Household.objects.create(
            number="H36073210020000001", division=VILLAGES[0], head_name="钟文华", phone="13912345678", size=1,
            status="poor", identified_on=date(2014, 6, 30),
        )  # fmt: skip
        person = Person.objects.create(
            household=home, division=VILLAGES[0], number="P1", name="钟文华", relation="head", id_number=NUMBER,
            id_mask=mask_id(NUMBER), sex="male", birth_on=date(1970, 1, 1), joined_on=date(2014, 6, 30),
        )  # fmt: skip
        income = HouseholdIncome.objects.create(
            household=home, division=VILLAGES[0], size=1, net=3000, per_capita=3000, **whole
        )
        change = HouseholdChange.objects.create(
            household=home, division=VILLAGES[0], kind="join", cause="added_after_omission", on=date(2026, 1, 5),
            people="钟文华", reason="漏登", before={"person": person.pk}, made_by="测village",
        )  # fmt: skip
        Village.objects.create(division=VILLAGES[0], year=2025, kind="poor")
        County.objects.create(division=COUNTY, year=2025, kind="poor")
        brought = Import.objects.create(division=COUNTY, who="county", user_id=user_of("county").pk)
    made.ids |= {"change": change.pk}
    made.ids |= {"household": home.pk, "person": person.pk, "income": income.pk, "import": brought.pk}
    _findings(made)
    applies = applications.begin_application(
        facts={"natural_village": "第一村民小组", "household_type": "ordinary", "cause": "illness"},
        head={"name": "刘桂英", "sex": "female"},
        by=actor_of_cast("village"),
    )
    with unit(system()):
        made.ids |= {"applicant": applies.pk, "applicant_head": Person.objects.get(household=applies).pk}


def _proceed(made: World) -> None:
    """A case of the household that the village has opened, an objection to it, and a delegation by the county."""
    village, county = actor_of_cast("village"), actor_of_cast("county")
    case = procedures.open_case(
        kind="household.identification",
        subject_id=made.ids["applicant"],
        name="刘桂英",
        division=VILLAGES[0],
        by=village,
    )
    objection = procedures.object_to(case_id=case.pk, text="这一户有新盖的楼房", source="visit", by=village)
    today, leader = timezone.localdate(), user_of("leader")
    given = procedures.delegate(to_user_id=leader.pk, starts_on=today, ends_on=today, reason="出差", by=county)
    made.ids |= {"case": case.pk, "case_objection": objection.pk, "delegation": given.pk}


def _disclose(made: World) -> None:
    """A notice that hangs in the village, and an objection to it."""
    notice = notices.proved()
    notices.objected(notice)
    with unit(system()):
        objection = Objection.objects.get(notice_id=notice.pk)
    made.ids |= {"notice": notice.pk, "notice_code": notice.code, "objection": objection.pk}


def _check(made: World) -> None:
    """A round of checks: one household waits."""
    drawn = oversight.draw_checks(
        purpose="identifications",
        events_from=date(2014, 1, 1),
        events_to=date(2014, 12, 31),
        by=actor_of_cast("county"),
    )
    with unit(system()):
        made.ids |= {"round": drawn.pk, "check": drawn.checks.get().pk}


def _exchange(made: World) -> None:
    """A delivery, and a clue that was settled as wrong data: one reply about its row, one about whom no row names."""
    _police()
    # Two test processes number their deliveries alike, so each keeps the files in a folder of its own.
    with TemporaryDirectory() as home, override_settings(ZERENTIAN_HOME=Path(home)):
        settled = exchange.raised()
    village, township = actor_of_cast("village"), actor_of_cast("township")
    with unit(system()):
        head = Household.objects.get(pk=settled.household_id).head_name
    lines = f"线索编号,户主,核实结论,核实情况\n{code_of(settled.pk)},{head},情况已自然变化,车已报废注销\n"
    sheet = services.keep_sheet(content=BytesIO(lines.encode()), name="sheet.csv", by=village)
    with unit(system()):
        services.answer_clue(clue_id=settled.pk, conclusion="wrong_data", statement="不是本人的车", by=village)
        services.settle_clue(clue_id=settled.pk, by=township)
        reply = Reply.objects.get()
        whom = Reply.objects.get()
        whom.pk, whom.row, whom.whom = None, None, f"钟** · {mask_id(NUMBER)}"
        with acting("test.reply", by=system(), reason="测试"):
            whom.save(force_insert=True)
    offer, file = services.Offer("vehicles", "2026-Q3"), services.Announced("v.csv", 3, "0" * 64)
    begun = services.begin_upload(offer=offer, file=file, by=actor_of_cast("province"))
    made.ids |= {"clue": settled.pk, "delivery": reply.delivery_id, "reply": reply.pk, "upload": begun.pk}
    made.ids["whom"] = whom.pk
    made.ids |= {"match": settled.first_run_id, "sheet": sheet.pk}


def _police() -> None:
    """The department officer works for the province's public security, which delivers vehicles."""
    police = bodies.body(bodies.PROVINCE, "department", department="public_security", name="省公安厅")
    with unit(system()), acting("test.police", by=system(), reason="测试"):
        RoleGrant.objects.filter(user=user_of("department")).update(body_id=police.pk)


def _reckon(made: World) -> None:
    """The ledger of the county, and a dispute on its reddest entry."""
    assessment.recompute(by=system(), division=COUNTY)
    with unit(system()):
        entries = Entry.objects.filter(division=COUNTY, status__in=("overdue", "failed", "at_risk"))
        entry = entries.order_by("rank", "id").first()
    raised = assessment.raise_dispute(entry_id=entry.pk, reason="记录有误", by=actor_of_cast("county"))
    made.ids |= {"entry": entry.pk, "entry_body": entry.body, "dispute": raised.pk}


def _operate(made: World) -> None:
    county = actor_of_cast("county")
    with unit(county):
        run = Run.objects.create(kind="test", title="导入", user_id=county.user_id, who=county.name, division=COUNTY)
        file = store(b"abc", name="a.txt", purpose="测试", by=county, division=COUNTY, needs=Permission.REGISTRY_IMPORT)
        made.ids |= {"run": run.pk, "file": file.pk, "act": Act.objects.order_by("-id").first().pk}
    user = user_of("township")
    made.ids |= {
        "user": user.pk,
        "grant": user.grants.get().pk,
        "token": ApiToken.objects.filter(user=user_of("county")).first().pk,
    }
