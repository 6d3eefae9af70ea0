"""The pages of divisions."""

import re
from typing import Any

import pytest

from zerentian.kernel.scope import Level
from zerentian.territory import queries
from zerentian.territory.views import LEVEL_NAMES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("short", "full"), [("36", 360000000000), ("360732", 360732000000), ("360732100", 360732100000)]
)
def test_a_short_code_leads_to_the_page_of_the_division(client_of: Any, short: str, full: int) -> None:
    answer = client_of("county").get(f"/areas/{short}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/areas/{full}/")


def test_an_old_code_leads_to_todays_division(client_of: Any) -> None:
    assert client_of("county").get("/areas/360721/")["Location"] == "/areas/360704000000/"


def test_a_number_that_is_no_code_is_not_found(client_of: Any) -> None:
    assert client_of("county").get("/areas/3607329/").status_code == 404


def test_the_first_page_shows_the_province_and_leads_to_the_pages_of_its_cities(client_of: Any) -> None:
    page = client_of("province").get("/areas/").content.decode()
    assert 'data-zt-chart="map"' in page
    assert "/areas/360700000000/" in page
    counts = dict(re.findall(r'zt-kpi-label">([^<]+)<.*?zt-kpi-value">\s*([\d,]+)', page, re.DOTALL))
    assert {level.strip(): int(n.replace(",", "")) for level, n in counts.items()} == {
        str(LEVEL_NAMES[level]): queries.count_below(360000000000, level) for level in list(Level)[1:]
    }
    for way in ("/ledger/360700000000/", "/bodies/?area=360700", "/households/?area=360700"):
        assert way in page


def test_the_first_page_leads_nobody_out_of_his_area(client_of: Any) -> None:
    page = client_of("county").get("/areas/").content.decode()
    assert "赣州市" in page
    assert "/ledger/36" not in page


def test_a_county_leads_to_the_pages_of_its_townships(client_of: Any) -> None:
    page = client_of("county").get("/areas/360732000000/").content.decode()
    assert "/ledger/360732100000/" in page
    assert "/bodies/?area=360732100" in page
