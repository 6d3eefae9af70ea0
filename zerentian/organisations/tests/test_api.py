"""The read endpoints of divisions and bodies."""

from collections.abc import Callable
from typing import Any

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from zerentian.kernel.actor import Actor
from zerentian.kernel.db import unit
from zerentian.kernel.refusal import Denied, Refused
from zerentian.organisations.api import router as bodies
from zerentian.organisations.tests import factories as made
from zerentian.territory.api import router as divisions

pytestmark = pytest.mark.django_db
api = NinjaAPI(urls_namespace="organisations-test")
api.add_router("", divisions)
api.add_router("", bodies)
client = TestClient(api)


def ask(path: str, actor: Actor) -> Any:
    with unit(actor, writes=False):
        answer = client.get(path, actor=actor)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_divisions_are_found_read_and_paged(actor: Callable[[str], Actor]) -> None:
    village = actor("village")
    assert ask("/divisions?q=xgx", village)["items"][0]["text"] == "360732"
    assert ask("/divisions/360721", village)["name"] == "赣县区"
    assert ask("/divisions/360704", village)["past"][0]["old_name"] == "赣县"
    first = ask("/divisions?parent=360700&limit=10", village)
    rest = ask(f"/divisions?parent=360700&limit=10&cursor={first['next']}", village)
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (10, 8, None)
    with pytest.raises(Refused):
        ask("/divisions/12345", village)


def test_bodies_stay_in_scope_and_phones_masked(actor: Callable[[str], Actor]) -> None:
    chain = made.chain()
    county = actor("county")
    listed = ask("/bodies?limit=2", county)
    assert [b["division"] for b in listed["items"]] == [made.COUNTY, made.TOWNSHIP]
    assert len(ask(f"/bodies?limit=2&cursor={listed['next']}", county)["items"]) == 1
    one = ask(f"/bodies/{chain[made.PROVINCE].pk}", county)
    assert one["seats"][0]["phone"] == "138****5678"
    rungs = ask("/chain/360732100200", county)
    assert [r["level"] for r in rungs] == [5, 4, 3, 2, 1]
    with pytest.raises(Denied):
        ask("/bodies", Actor("某", scope=county.scope))
    with unit(actor("neighbour"), writes=False):
        answer = client.get(f"/bodies/{chain[made.COUNTY].pk}", actor=actor("neighbour"))
    assert answer.status_code == 404
