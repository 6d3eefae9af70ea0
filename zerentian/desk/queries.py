"""What the desk joins: the reader's own place and work, and one search over everything that he may see."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts.models import RoleGrant, SignIn, User
from zerentian.accounts.queries import role_name
from zerentian.accounts.rules import ROLES, SEPARATE
from zerentian.assessment.models import AreaStanding, BodyStanding
from zerentian.assessment.queries.boards import standing_of
from zerentian.assessment.queries.entries import Line, entries_of_body, own_standing
from zerentian.assessment.rules import RANKS
from zerentian.kernel.actor import Actor
from zerentian.kernel.models import Act, Reading, Run, Seal
from zerentian.kernel.permissions import Permission
from zerentian.kernel.queries import runs_of
from zerentian.kernel.reads import note_reading
from zerentian.kernel.templatetags.ui import day, moment, number, page_title
from zerentian.organisations import queries as organisations
from zerentian.registry import queries as registry
from zerentian.registry.queries import Wanted
from zerentian.territory import queries as territory

SHOWN = 20  # finds of one kind on the search page
RUNS = 5
URGENT = 5
WEEK, MONTH = 7, 30  # days
LEAST_DISK = 2 << 30


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: its name, where it is, where its page is, and why it was found if that is not plain."""

    name: str
    place: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The finds of one kind; `more` when there are others, on the page `url`."""

    kind: str
    found: tuple[Hit, ...]
    more: bool
    url: str


@dataclass(frozen=True, slots=True)
class Own:
    """What the reader answers for: his area's counts, his own body's counts, and its most pressing duties."""

    area: AreaStanding | None
    body: BodyStanding | None
    urgent: tuple[Line, ...]


def own_duties(actor: Actor, year: int) -> Own | None:
    """The ledger of the actor's own area and body; None without an area or without the ledger's permission."""
    if actor.division is None or not actor.may(Permission.LEDGER_VIEW):
        return None
    body = own_standing(actor)
    found = entries_of_body(body.body, year) if body else []
    urgent = [line for line in found if line.entry.rank <= RANKS["at_risk"]]
    return Own(standing_of(actor.division, year), body, tuple(urgent[:URGENT]))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card: a label and what stands there; `is_wrong` when somebody has to look."""

    label: str
    value: str
    url: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What an administrator wants to know first."""

    title: str
    url: str
    facts: tuple[Fact, ...]


def administration(actor: Actor) -> list[Card]:
    """The state of the platform for the three administrators, each his own part; nothing for others."""
    cards = []
    if actor.may(Permission.SYSTEM_OPERATE):
        cards += [_latest_runs(actor), _platform()]
    if actor.may(Permission.USER_MANAGE):
        cards += [_accounts(), _expiring()]
    if actor.may(Permission.AUDIT_VIEW):
        cards += [_seals(), _readings()]
    return cards


def _latest_runs(actor: Actor) -> Card:
    rows = runs_of(actor)
    failed = rows.filter(status=Run.Status.FAILED, finished_at__gt=timezone.now() - timedelta(days=WEEK)).count()
    facts = [Fact(_("近 7 天失败的任务"), number(failed), is_wrong=failed > 0)]
    for run in rows[:RUNS]:
        at = moment(run.finished_at or run.created_at)
        told = f"{gettext(run.get_status_display())} {at}"
        facts.append(
            Fact(run.spoken_title, told, reverse("kernel:run", args=[run.pk]), run.status == Run.Status.FAILED)
        )
    return Card(_("最近的任务"), reverse("kernel:runs"), tuple(facts))


def _platform() -> Card:
    with connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        (size,) = cursor.fetchone()
        cursor.execute(
            "select (select count(*) from procrastinate_workers where last_heartbeat > now() - interval '1 minute'),"
            " (select count(*) from procrastinate_jobs where status = 'todo' and scheduled_at is null)"
        )
        workers, waiting = cursor.fetchone()
    free = shutil.disk_usage(settings.ZERENTIAN_HOME).free
    facts = (
        Fact(_("数据库"), filesizeformat(size)),
        Fact(_("磁盘剩余"), filesizeformat(free), is_wrong=free < LEAST_DISK),
        Fact(_("办理任务的进程"), number(workers), is_wrong=not workers),
        Fact(_("等待的任务"), number(waiting), is_wrong=bool(waiting and not workers)),
        Fact(_("完整检查"), "zerentian doctor"),
    )
    return Card(_("系统状况"), "", facts)


def _accounts() -> Card:
    active = User.objects.filter(is_active=True)
    keyed = TOTPDevice.objects.filter(confirmed=True).values("user_id")
    bare = active.exclude(pk__in=keyed)
    today = timezone.localdate()
    bound = RoleGrant.objects.filter(
        role__in=SEPARATE, withdrawn_at__isnull=True, starts_on__lte=today, user__is_active=True
    ).exclude(ends_on__lt=today)
    since = timezone.now() - timedelta(days=1)
    locked = SignIn.objects.filter(outcome="locked", at__gt=since).values("username").distinct().count()
    url = reverse("accounts:users")
    unkeyed = bound.exclude(user__in=keyed).values("user").distinct().count()
    facts = (
        Fact(_("可用的账号"), number(active.count()), url),
        Fact(_("没有绑定两步验证的管理员"), number(unkeyed), url, unkeyed > 0),
        Fact(_("没有绑定两步验证的其他账号"), number(max(0, bare.count() - unkeyed)), url),
        Fact(_("近 24 小时被锁定的账号"), number(locked), is_wrong=locked > 0),
        Fact(_("已停用的账号"), number(User.objects.filter(is_active=False).count()), url),
    )
    return Card(_("账号"), url, facts)


def _expiring() -> Card:
    today = timezone.localdate()
    rows = RoleGrant.objects.filter(
        withdrawn_at__isnull=True, ends_on__range=(today, today + timedelta(days=MONTH)), user__is_active=True
    ).select_related("user")
    facts = [Fact(_("近 30 天到期的角色"), number(rows.count()), is_wrong=rows.exists())]
    for grant in rows.order_by("ends_on")[:RUNS]:
        url = reverse("accounts:user", args=[grant.user_id])
        facts.append(Fact(f"{grant.user.name} {role_name(ROLES[grant.role])}", day(grant.ends_on), url))
    return Card(_("将到期的角色"), reverse("accounts:users"), tuple(facts))


def _seals() -> Card:
    rows = list(Seal.objects.order_by("-id").defer("marks")[:3])
    last = rows[0].last_act if rows else 0
    unsealed = Act.objects.filter(pk__gt=last).count()
    facts = [
        Fact(
            moment(row.sealed_at),
            _("办理记录 %(n)s 件，摘要 %(d)s…") % {"n": number(row.acts), "d": bytes(row.digest).hex()[:12]},
        )
        for row in rows
    ]
    facts.append(Fact(_("尚未封存的办理记录"), number(unsealed)))
    facts.append(Fact(_("核验有没有被改动"), "zerentian verify"))
    return Card(_("最近的封存"), reverse("kernel:acts"), tuple(facts))


def _readings() -> Card:
    since = timezone.now() - timedelta(days=MONTH)
    rows = Reading.objects.filter(at__gt=since).values_list("page").annotate(n=Count("id")).order_by("-n")[:RUNS]
    facts = [Fact(page_title(page), _("%(n)s 次") % {"n": number(n)}) for page, n in rows]
    return Card(_("近 30 天看个人信息最多的页面"), reverse("kernel:readings"), tuple(facts))


def runs(actor: Actor) -> list[Run]:
    """The actor's own latest work, what still runs first."""
    rows = Run.objects.filter(user_id=actor.user_id).order_by("-id")[:RUNS]
    return sorted(rows, key=lambda run: (run.is_over, -run.pk))


def search(text: str, actor: Actor) -> list[Hits]:
    """Everything that the actor may find by these words, one group a kind; groups without finds are left out."""
    groups = []
    if actor.may(Permission.DIVISION_VIEW):
        groups.append(_divisions(text))
    if actor.may(Permission.BODY_VIEW):
        groups.append(_bodies(text, actor))
    if actor.may(Permission.HOUSEHOLD_VIEW):
        groups.append(_households(text, actor))
    return [group for group in groups if group.found]


def _group(kind: str, hits: Sequence[Hit], url: str) -> Hits:
    return Hits(kind, tuple(hits[:SHOWN]), len(hits) > SHOWN, url)


def _divisions(text: str) -> Hits:
    hits = [
        Hit(
            hit.place.name,
            "".join(p.name for p in territory.chain(hit.place.id)[:-1]),
            reverse("territory:area", args=[hit.place.id]),
            hit.note,
        )
        for hit in territory.search(text, limit=SHOWN + 1)
    ]
    return _group("division", hits, reverse("territory:areas"))


def _bodies(text: str, actor: Actor) -> Hits:
    rows: Any = organisations.bodies(actor.scope, text=text)[: SHOWN + 1]
    hits = [
        Hit(body.name, territory.full_name(body.division), reverse("organisations:body", args=[body.pk]))
        for body in rows
    ]
    return _group("body", hits, reverse("organisations:bodies"))


def _households(text: str, actor: Actor) -> Hits:
    rows = list(registry.households(actor.scope, Wanted(text=text)).order_by("division", "id")[: SHOWN + 1])
    if rows:
        note_reading(page="desk.search", division=actor.division, rows=min(len(rows), SHOWN))
    hits = [
        Hit(row.head_name, territory.full_name(row.division), reverse("registry:household", args=[row.pk]), row.number)
        for row in rows
    ]
    return _group("household", hits, reverse("registry:households"))
