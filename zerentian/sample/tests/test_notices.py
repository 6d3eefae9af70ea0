"""The notices of the demonstration."""

from collections import Counter

import pytest

from zerentian.disclosure.models import Notice, Objection
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Act
from zerentian.registry.models import Household
from zerentian.sample.services.notices import hang_notices
from zerentian.territory import queries as territory


@pytest.mark.django_db
def test_a_demonstration_has_notices_in_every_state() -> None:
    villages = [place.id for place in territory.everything(inside=360732000000) if place.id % 1000][:12]
    with unit(system()), acting("test.homes", by=system(), reason="测试"):
        for number, village in enumerate(villages):
            Household.objects.create(number=f"H{number}", division=village, head_name="钟文华", size=4, status="poor")
    assert hang_notices() == 12
    with unit(system()):
        states = Counter(Notice.objects.values_list("state", flat=True))
        objections = Counter(Objection.objects.values_list("state", flat=True))
        said = set(Act.objects.filter(name__startswith="disclosure.").values_list("who", flat=True))
    assert any(one.endswith(" 兴国县扶贫办工作人员") for one in said)
    assert not any("县县" in one or one.startswith(("县", "乡镇", "村")) for one in said)  # a person, then the post
    assert set(states) == {"draft", "reviewed", "published", "taken_down"}
    assert objections == {"open": 2, "answered": 1}
