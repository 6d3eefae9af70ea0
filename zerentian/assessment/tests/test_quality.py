"""The score of the quality pages is the ledger's: one count of the same findings."""

from datetime import date
from typing import Any

from zerentian.assessment.models import Figure
from zerentian.assessment.services import recompute
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Scope
from zerentian.registry.services.quality import findings
from zerentian.registry.tests.factories import VILLAGE, make_household

COUNTY, NEXT_VILLAGE = 360732000000, 360732100201


def test_pages_and_ledger_give_one_score(db: None, client_of: Any) -> None:
    make_household(helper_name="", house_grade="d", status="exited", exited_on=date(2019, 12, 1))
    make_household(NEXT_VILLAGE, members=3)
    recompute(by=system(), division=COUNTY)
    with unit(system(), writes=False):
        for area in (VILLAGE, NEXT_VILLAGE, COUNTY):
            for share in findings.scores(Scope.everywhere(), area):
                figure = Figure.objects.get(measure=f"quality.{share.kind or 'score'}", division=area, body=0)
                assert (figure.numerator, figure.denominator) == (share.passed, share.checks)
                assert 0 < share.passed <= share.checks
    page = client_of("county").get(f"/quality/{COUNTY}/").content.decode()
    assert f"/ledger/{COUNTY}/entries/?duty=22.2" in page


def test_the_ledger_lists_the_findings_behind_its_figure(db: None, client_of: Any) -> None:
    make_household(helper_name="")
    recompute(by=system(), division=COUNTY)
    page = client_of("county").get("/ledger/duties/22.2/").content.decode()
    assert "数据质量得分" in page
