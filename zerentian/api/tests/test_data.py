"""What the API gives: within the token's area, masked, page by page, every reading kept."""

from datetime import date

import pytest

from zerentian.accounts.tests.cast import COUNTY, NEIGHBOUR, VILLAGES, user_of
from zerentian.api.tests.factories import Program, program
from zerentian.assessment.services import recompute
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.models import Reading
from zerentian.kernel.privacy import mask_id, token
from zerentian.organisations.tests import factories as bodies
from zerentian.registry.models import Household, Person

pytestmark = pytest.mark.django_db
NUMBER = "360732197001010017"


@pytest.fixture
def homes() -> list[int]:
    """Five households in two villages of 兴国县 and one next door; the first has a member."""
    with unit(system()), acting("test.homes", by=system()):
        made = [
            Household.objects.create(
                number=f"H{n}", division=village, head_name="钟文华", phone="13912345678", size=1, status="poor"
            )
            for n, village in enumerate(
                [VILLAGES[1], VILLAGES[0], VILLAGES[0], VILLAGES[1], VILLAGES[0], NEIGHBOUR + 100200]
            )
        ]
        Person.objects.create(
            household=made[0], division=VILLAGES[1], number="P1", name="钟文华", relation="head", id_number=NUMBER,
            id_mask=mask_id(NUMBER), sex="male", birth_on=date(1970, 1, 1),
        )  # fmt: skip
    return [home.pk for home in made]


def everything(mine: Program, address: str, limit: int) -> list[int]:
    """The ids of all pages."""
    found, cursor = [], ""
    while True:
        page = mine.get(address, limit=limit, cursor=cursor).json()
        assert len(page["items"]) <= limit
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_hold_every_row_once_in_order(homes: list[int], limit: int) -> None:
    own = sorted(homes[:5], key=lambda pk: (VILLAGES[1] if pk in (homes[0], homes[3]) else VILLAGES[0], pk))
    assert everything(program("county"), "households", limit) == own


def test_a_page_goes_on_where_it_was_while_rows_come_and_go(homes: list[int]) -> None:
    mine = program("county")
    first = mine.get("households", limit=2).json()
    with unit(system()), acting("test.between", by=system()):
        Household.objects.create(number="H9", division=VILLAGES[0] - 1, head_name="新", size=1, status="poor")
        Household.objects.filter(pk=first["items"][1]["id"]).delete()
    rest = mine.get("households", limit=10, cursor=first["next"]).json()
    assert [one["id"] for one in rest["items"]] == [homes[4], homes[0], homes[3]]


def test_a_helper_s_program_sees_the_households_paired_with_him_only(homes: list[int]) -> None:
    helper = user_of("helper")
    helper.phone = "13800138000"
    helper.save()
    with unit(system()), acting("test.pair", by=system()):
        Household.objects.filter(pk=homes[1]).update(helper_phone_token=token("13800138000", "phone"))
    mine = program("helper")
    assert everything(mine, "households", 10) == [homes[1]]
    assert mine.get(f"households/{homes[2]}").status_code == 404


def test_households_are_masked_and_the_readings_kept(homes: list[int]) -> None:
    mine = program("county")
    listed = mine.get("households", area="360732100200").json()["items"]
    assert [one["head_name"] for one in listed] == ["钟**"] * 3
    answer = mine.get(f"households/{homes[0]}")
    one = answer.json()
    assert one["phone"] == "139****5678"
    assert one["persons"][0]["id_number"] == mask_id(NUMBER)
    assert "文华" not in answer.content.decode()
    with unit(system()):
        kept = list(Reading.objects.order_by("id").values_list("page", "rows", "household_id", "division"))
    assert kept == [("api.households", 3, None, COUNTY), ("api.household", 1, homes[0], VILLAGES[1])]


def test_a_village_s_token_and_a_neighbour_s_reach_no_further(homes: list[int]) -> None:
    assert everything(program("village"), "households", 10) == [homes[1], homes[2], homes[4]]
    assert everything(program("neighbour"), "households", 10) == [homes[5]]
    assert everything(program("county", VILLAGES[0]), "households", 10) == [homes[1], homes[2], homes[4]]
    assert program("neighbour").get(f"households/{homes[0]}").status_code == 404
    assert program("county", permissions=["body.view"]).get("households").status_code == 403
    with unit(system()):
        assert not Reading.objects.filter(household_id=homes[0]).exists()


@pytest.mark.parametrize("query", [{"status": "rich"}, {"problem": "luck"}, {"area": "1"}, {"cursor": "AAAA"}])
def test_what_households_cannot_be_asked(query: dict[str, str]) -> None:
    assert program("county").get("households", **query).status_code == 422


def test_entries_lead_to_the_rows_behind_them(homes: list[int]) -> None:
    bodies.chain()
    recompute(by=system(), division=bodies.CITY)
    mine = program("city")
    listed = mine.get("entries", duty="12.2", status="red").json()["items"]
    entry = next(one for one in listed if one["measure"] == "households.in_grid" and one["value"] is not None)
    assert float(entry["value"]) == 0
    assert mine.get(f"entries/{entry['id']}").json() == entry
    proof = mine.get(f"entries/{entry['id']}/evidence").json()
    assert proof["short"] >= 1
    assert {one["kind"] for one in proof["items"]} == {"household"}
    assert {one["name"] for one in proof["items"]} == {"钟**"}
    assert program("neighbour").get(f"entries/{entry['id']}").status_code == 404
    assert program("neighbour").get("entries", area="360732").status_code == 404
    # The figure is for everybody who reads the ledger; the households behind it are not.
    for other in (program("department"), program("city", permissions=["ledger.view"])):
        assert other.get(f"entries/{entry['id']}").status_code == 200
        assert other.get(f"entries/{entry['id']}/evidence").status_code == 403
