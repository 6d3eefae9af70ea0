"""What the API tells of notices: within the token's area, and no more than the public page."""

import pytest

from zerentian.api.tests.factories import program
from zerentian.disclosure.tests import factories

pytestmark = pytest.mark.django_db
PUBLIC = {"name", "group", "size", "result", "amount", "place"}


def test_notices_are_listed_in_the_area_without_their_lists() -> None:
    made, draft = factories.published(), factories.draft(kind="identification.first")
    items = program("county").get("notices").json()["items"]
    assert {one["code"] for one in items} == {made.code, draft.code}
    assert "钟文华" not in str(items)
    assert [one["code"] for one in program("county").get("notices", state="draft").json()["items"]] == [draft.code]
    assert program("neighbour").get("notices").json()["items"] == []


def test_a_list_is_given_while_it_is_public() -> None:
    made, mine = factories.published(), program("county")
    told = mine.get(f"notices/{made.pk}").json()
    assert [set(line) for line in told["lines"]] == [PUBLIC, PUBLIC]
    assert told["lines"][0]["name"] == "钟文华"
    factories.aged(made, 8)
    assert mine.get(f"notices/{made.pk}").json()["lines"] == []
    assert mine.get(f"notices/{factories.draft(kind='identification.first').pk}").json()["lines"] == []
    assert program("neighbour").get(f"notices/{made.pk}").status_code == 404
