"""The pages of divisions."""

from typing import Any

import pytest

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


def test_the_first_page_leads_to_the_cities(client_of: Any) -> None:
    page = client_of("county").get("/areas/").content.decode()
    assert "/areas/360700000000/" in page
    assert "赣州市" in page
