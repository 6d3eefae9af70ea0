"""Explained exceptions: a record is right although a rule asks about it; said by name, for a time, and open to revocation."""

from datetime import date

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import act
from zerentian.kernel.db import guarded_update, unit
from zerentian.kernel.effects import announce
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Scope
from zerentian.registry.models import QualityException, QualityFinding
from zerentian.registry.rules.freshness import months_before
from zerentian.registry.rules.quality import RULES
from zerentian.registry.services.quality.checking import check
from zerentian.registry.services.quality.statements import digest
from zerentian.rulebook import queries as rulebook


def latest_day(division: int, on: date) -> date:
    """The last day until which an explanation made today may hold."""
    return months_before(on, -int(rulebook.parameter("quality.exception.months", division, on)))


@act("registry.quality.explain", _("说明质量疑点"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def explain(*, finding_id: int, reason: str, until: date, by: Actor) -> QualityException:
    """The record is right as it stands: the finding no longer counts until the day, or until the record changes."""
    finding = QualityFinding.objects.within(by.scope).filter(pk=finding_id).first()
    if finding is None:
        raise Refused(gettext("这条疑点已经消除，或不在您的管辖范围内"))
    if finding.exception_id:
        raise Refused(gettext("这条疑点已有说明；要改说明，请先撤销原来的"))
    today = timezone.localdate()
    last = latest_day(finding.division, today)
    if not today < until <= last:
        raise Refused(Reason(gettext("有效期应在明天到 %(day)s 之间") % {"day": last}, gettext("有效期至")))
    if len(reason.strip()) < 5:
        raise Refused(Reason(gettext("请写明依据，不少于 5 个字"), gettext("说明")))
    same = QualityException.objects.filter(rule=finding.rule, subject_id=finding.subject_id, revoked_at__isnull=True)
    for old in same:  # it no longer held: its day had come, or the record had changed
        _revoke(old, "新的说明代替", by)
    made = QualityException.objects.create(
        division=finding.division, household_id=finding.household_id, rule=finding.rule, subject_id=finding.subject_id,
        digest=_digest(finding), reason=reason.strip(), until=until, made_by=_who(by),
    )  # fmt: skip
    _check_again(finding.division, by)
    return made


@act("registry.quality.revoke", _("撤销质量例外说明"), needs=Permission.HOUSEHOLD_CHANGE, reason_required=True)
def revoke(*, exception_id: int, reason: str, by: Actor) -> QualityException:
    """Take an explanation back: the finding counts again."""
    made = QualityException.objects.within(by.scope).filter(pk=exception_id).first()
    if made is None:
        raise Refused(gettext("没有这条说明，或不在您的管辖范围内"))
    if made.revoked_at is not None:
        raise Refused(gettext("这条说明已经撤销"))
    _revoke(made, reason.strip(), by)
    _check_again(made.division, by)
    made.refresh_from_db()
    return made


def exceptions(scope: Scope, area: int, *, in_force: bool = False) -> "QuerySet[QualityException]":
    """The explanations of the area, the newest first; only those that excuse a finding now, where asked."""
    rows: QuerySet[QualityException] = QualityException.objects.within(scope).inside(area)
    if in_force:
        excused = QualityFinding.objects.within(scope).inside(area).filter(exception_id__isnull=False)
        rows = rows.filter(pk__in=excused.values("exception_id"))
    return rows.filter(rule__in=list(RULES)).order_by("-id")


def _revoke(made: QualityException, why: str, by: Actor) -> None:
    still = QualityException.objects.filter(pk=made.pk, revoked_at__isnull=True)
    guarded_update(still, revoked_at=timezone.now(), revoked_by=_who(by), revoked_why=why)


def _who(by: Actor) -> str:
    return f"{by.name} {by.post_title}".strip()[:120]


def _digest(finding: QualityFinding) -> str:
    """The state of the record now; another state needs another explanation."""
    sql = f"select {digest('f')} from registry_qualityfinding f where f.id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [finding.pk])
        (found,) = cursor.fetchone() or ("",)
    return str(found)


def _check_again(division: int, by: Actor) -> None:
    """The village at once, for whoever explained is waiting; the ledger soon."""
    with unit(system()):  # a rule may look beyond the actor's village
        check(division, timezone.localdate())
    announce("records.changed", division=division, by=by)
