"""Who gets in, how often, and how the API says no."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from zerentian.accounts.models import ApiToken, RoleGrant, SignIn, User
from zerentian.api.services import spend
from zerentian.api.tests.factories import Program, program
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.territory import queries as territory

pytestmark = pytest.mark.django_db


def is_problem(answer: object, status: int) -> dict[str, object]:
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/problem+json"  # type: ignore[index]
    body = json.loads(answer.content)  # type: ignore[attr-defined]
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return dict(body)


def test_a_program_reads_within_its_area() -> None:
    answer = program("county").get("divisions/360732")
    assert answer.status_code == 200
    assert answer.json()["name"] == "兴国县"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("key", ["", "zt_nobody", "zt_" + "x" * 5000, "汉字", "' or 1=1 --"])
def test_a_wrong_key_is_refused(key: str) -> None:
    answer = Client().get("/api/v1/divisions", HTTP_AUTHORIZATION=f"Bearer {key}")
    is_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_key(client_of: object) -> None:
    is_problem(client_of("county").get("/api/v1/divisions"), 401)  # type: ignore[operator]


@pytest.mark.parametrize("why", ["expired", "revoked", "closed"])
def test_a_token_that_no_longer_holds(why: str) -> None:
    mine = program("county")
    tokens = ApiToken.objects.filter(pk=mine.token.pk)  # type: ignore[union-attr]
    now = timezone.now()
    if why == "expired":
        tokens.update(expires_at=now - timedelta(seconds=1))
    elif why == "revoked":
        tokens.update(revoked_at=now)
    else:
        User.objects.filter(username="county").update(is_active=False)
    is_problem(mine.get("divisions"), 401)


def test_the_end_of_the_grant_ends_the_token() -> None:
    mine = program("county")
    yesterday = timezone.localdate() - timedelta(days=1)
    with unit(system()), acting("test.end", by=system()):
        RoleGrant.objects.filter(user__username="county").update(ends_on=yesterday)
    is_problem(mine.get("divisions"), 403)


def test_a_token_is_no_wider_than_its_permissions_nor_its_area() -> None:
    narrow = program("county", 360732100000, ["division.view"])
    assert narrow.get("divisions").status_code == 200
    is_problem(narrow.get("bodies"), 403)
    is_problem(program("county", permissions=["body.view"]).get("duties"), 403)


def test_the_bucket_empties_and_says_when_to_come_back(settings: object) -> None:
    settings.ZERENTIAN_API_PER_MINUTE = 3  # type: ignore[attr-defined]
    mine = program("county")
    assert [mine.get("divisions").status_code for _ in range(3)] == [200] * 3
    refused = mine.get("divisions")
    is_problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 20
    later = timezone.now() - timedelta(seconds=20)
    ApiToken.objects.filter(pk=mine.token.pk).update(refilled_at=later)  # type: ignore[union-attr]
    assert mine.get("divisions").status_code == 200


def test_wrong_keys_of_one_address_are_limited(settings: object) -> None:
    """The good key of a neighbour behind the same address still opens, and another address may still fail."""
    settings.ZERENTIAN_API_FAILURES_PER_MINUTE = 3  # type: ignore[attr-defined]
    guesser, mine = Program("zt_guess"), program("county")
    assert [guesser.get("divisions").status_code for _ in range(3)] == [401] * 3
    refused = guesser.get("divisions")
    is_problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert SignIn.objects.filter(outcome="key_wrong").count() == 3
    assert mine.get("divisions").status_code == 200
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").get("/api/v1/divisions")
    is_problem(elsewhere, 401)


def test_workers_share_the_bucket(settings: object) -> None:
    """Two workers read the same state of the token; the second finds that the first has spent the request."""
    settings.ZERENTIAN_API_PER_MINUTE = 1  # type: ignore[attr-defined]
    token = program("county").token
    assert token is not None
    first, second = (ApiToken.objects.get(pk=token.pk) for _ in range(2))
    assert spend(first) == 0
    assert spend(second) > 0


def test_errors_speak_the_reader_s_language() -> None:
    mine = program("county")
    assert is_problem(mine.get("divisions/999999"), 404)["title"] == "没有找到"
    assert is_problem(mine.get("divisions/999999", "en"), 404)["title"] == "Not found"
    assert is_problem(mine.get("nothing", "en"), 404)["detail"].isascii()  # type: ignore[attr-defined]
    wrong = is_problem(mine.get("bodies", "en", limit="many"), 422)
    assert wrong["reasons"] == [{"where": "limit", "text": "must be a whole number", "article": ""}]


ENGLISH = [
    (404, "divisions/999999", {}),
    (404, "bodies/999999999", {}),
    (404, "households/999999999", {}),
    (404, "duties/99.9", {}),
    (404, "nothing", {}),
    (422, "bodies", {"limit": "many"}),
    (422, "bodies", {"limit": 0}),
    (422, "bodies", {"area": "36073"}),
    (422, "bodies", {"cursor": "xyz"}),
    (422, "bodies", {"q": "a\x00b"}),
    (422, "households", {"status": "rich"}),
    (422, "households", {"area": "汉字"}),
    (422, "entries", {"status": "purple"}),
    (422, "duties", {"on": "yesterday"}),
    (422, "notices", {"cursor": "xyz"}),
    (422, "notices", {"state": "gone"}),
    (422, "bodies", {"kind": "none"}),
    (422, "households", {"problem": "none"}),
    (404, "entries/999999999/evidence", {}),
    (404, "measures/none", {}),
]


@pytest.mark.parametrize(("status", "address", "query"), ENGLISH)
def test_refusals_speak_english_to_who_asks_in_english(status: int, address: str, query: dict[str, object]) -> None:
    said = is_problem(program("county").get(address, "en", **query), status)
    assert re.findall(r"[\u4e00-\u9fff]+", json.dumps(said, ensure_ascii=False)) == []


def test_the_gate_speaks_english_too(settings: object) -> None:
    settings.ZERENTIAN_API_FAILURES_PER_MINUTE = 1  # type: ignore[attr-defined]
    narrow = program("county", permissions=["division.view"])
    refused = [is_problem(Program("zt_x").get("divisions", "en"), status) for status in (401, 429)]
    refused.append(is_problem(narrow.get("bodies", "en"), 403))
    narrow_post = Client(headers={"Authorization": f"Bearer {narrow.key}", "Accept-Language": "en"})
    refused.append(is_problem(narrow_post.post("/api/v1/divisions"), 405))
    assert re.findall(r"[\u4e00-\u9fff]+", json.dumps(refused, ensure_ascii=False)) == []


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("bodies", {"limit": 0}),
        ("bodies", {"limit": 10**30}),
        ("bodies", {"area": "36073"}),
        ("bodies", {"area": "三六零七三二"}),
        ("bodies", {"cursor": "xyz"}),
        ("bodies", {"cursor": "//////////////////////8"}),
        ("bodies", {"cursor": "汉字"}),
        ("bodies", {"q": "a\x00b"}),
        ("divisions", {"cursor": "'; drop table accounts_user; --"}),
        ("duties", {"on": "2026-02-30"}),
        ("duties/3.1", {"on": "yesterday"}),
    ],
)
def test_hostile_parameters_are_answered_with_sentences(address: str, query: dict[str, object]) -> None:
    is_problem(program("county").get(address, **query), 422)


@pytest.mark.parametrize(
    "address", ["bodies/999999999999999999999", "bodies/-1", "duties/' or 1=1", "divisions/999999"]
)
def test_what_is_not_there(address: str) -> None:
    is_problem(program("county").get(address), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads(method: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {program('county').key}"}, enforce_csrf_checks=True)
    answer = getattr(client, method)("/api/v1/divisions")
    is_problem(answer, 405)
    assert answer["Allow"] == "GET"


def test_a_failure_is_a_problem_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret detail")

    mine = program("county")
    monkeypatch.setattr(territory, "children", broken)
    assert "secret" not in str(is_problem(mine.get("divisions"), 500))


def test_the_document_is_openapi_31_in_two_languages() -> None:
    chinese, english = (
        Client(headers={"Accept-Language": one}).get("/api/v1/openapi.json") for one in ("zh-hans", "en")
    )
    written = chinese.json()
    assert written["openapi"].startswith("3.1")
    assert written["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            assert {"200", "401", "403", "404", "422", "429", "500"} <= set(operation["responses"])
            assert operation["summary"]
            assert english.json()["paths"][path][method]["summary"].isascii()


def test_the_page_of_the_document_needs_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/v1/divisions/{code}" in text
    assert "兴国县" in text
    assert '<script src="http' not in text
    assert Client().get("/api/v1/").url == "/api/v1/docs"


def test_nobody_reads_with_another_s_token() -> None:
    """A program of the neighbour county sees the neighbour county only."""
    other = program("neighbour")
    assert other.get("bodies", area="360732").json()["items"] == []
    assert isinstance(other, Program)
