"""What the ledger counts of notices (duty 25.2)."""

import pytest
from django.db import connection
from django.utils import timezone

from zerentian.accounts.tests.cast import VILLAGES, actor_of_cast
from zerentian.disclosure import services
from zerentian.disclosure.models import Notice
from zerentian.disclosure.tests import factories
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


def counted() -> tuple[tuple[int, int] | None, dict[str, str]]:
    """Numerator and denominator of the village, and why each short notice is short."""
    measure = rulebook.measures()["disclosure.complete.township"]
    day = f"date '{timezone.localdate()}'"
    with unit(system(), writes=False), connection.cursor() as cursor:
        cursor.execute(measure.sql.replace(":on", day))
        figures = {row[0]: (int(row[1]), int(row[2])) for row in cursor.fetchall()}
        cursor.execute(measure.evidence_sql.replace(":on", day))
        return figures.get(VILLAGES[0]), {row[3]: row[4] for row in cursor.fetchall()}


def test_a_notice_counts_when_it_was_published_proved_and_ended_in_time() -> None:
    assert counted() == (None, {})
    factories.draft()
    assert counted() == (None, {})
    running = factories.published()
    ended = factories.aged(factories.proved(), 8)
    services.end_notice(notice_id=ended.pk, by=system())
    assert counted() == ((1, 2), {ended.code: "张贴照片超过时限"})
    unproved, unended, late = (factories.aged(factories.published(), 3), factories.proved(), factories.draft())
    factories.aged(late, 30)
    objected = factories.proved()
    factories.objected(objected)
    gone = factories.aged(factories.published(), 3)
    services.take_down_notice(notice_id=gone.pk, reason="名单有误", by=actor_of_cast("township"))
    figures, why = counted()
    assert figures == (3, 6)
    assert why == {ended.code: "张贴照片超过时限", unproved.code: "没有张贴照片", late.code: "到期未发布"}
    with unit(system()):
        assert Notice.objects.filter(pk__in=[running.pk, unended.pk, objected.pk]).count() == 3
