"""Which households a helper sees."""

from datetime import date

import pytest

from zerentian.accounts.tests.cast import VILLAGES, user_of
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.privacy import token
from zerentian.registry.models import Household

pytestmark = pytest.mark.django_db


def test_a_helper_sees_the_households_paired_with_him_and_no_other(actor) -> None:
    person = user_of("helper")
    person.phone = "138-0013-8000"
    person.save()
    with unit(system()), acting("test.households", by=system(), reason="测试"):
        mine, _other = (
            Household.objects.create(
                number=f"H36073210020{n:07d}", division=VILLAGES[0], head_name="钟文华", size=1, status="poor",
                identified_on=date(2014, 6, 30), helper_phone=phone, helper_phone_token=token(phone, "phone"),
            )
            for n, phone in ((1, "13800138000"), (2, "13900139000"))
        )  # fmt: skip
    with unit(actor("helper"), writes=False):
        assert list(Household.objects.values_list("pk", flat=True)) == [mine.pk]
    person.phone = ""
    person.save()
    with unit(actor("helper"), writes=False):
        assert not Household.objects.exists()
