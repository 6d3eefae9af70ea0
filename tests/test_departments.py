"""Departments of one area: nothing of the exchange, by page, API or file, shows one of them what another delivered or was told."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from tests.access import TABLE, arguments
from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import COUNTY, actor_of_cast, client_of_cast, user_of
from zerentian.api.tests.factories import program
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, Delivery, Destruction, Reply, Upload
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, row
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.kernel.scope import Level, level_of
from zerentian.organisations.models import Body
from zerentian.registry.tests.factories import make_household, make_person

pytestmark = pytest.mark.django_db
PROVINCE, THEIRS, OTHER = 360000000000, "public_security", "civil_affairs"
_API = ("/api/v1/sources", "/api/v1/calendar", "/api/v1/deliveries", "/api/v1/replies", "/api/v1/uploads")
# Enough of everything that one of the forms or endpoints asks for, so that it is not refused for what is missing.
FORM = {
    "reason": "想看看", "corrected": "yes", "answer": "已更正", "conclusion": "confirmed", "statement": "核实过了", "to": "county",
    "period": "2026-Q3", "kind": "full",
}  # fmt: skip
BODIES: dict[str, Any] = {
    "api:withdraw": {"reason": "想看看"}, "api:answer_reply": {"corrected": True, "answer": "已更正"},
    "api:identify_reply": {"reason": "想看看"},
    "api:begin_upload": {"source": "vehicles", "area": "36", "period": "2026-Q3", "name": "v.csv", "size": 3, "sha256": "1" * 64},
}  # fmt: skip


@dataclass(frozen=True)
class Theirs:
    """What belongs to the other department, at the province and, a copy, at the county: ids, and what would give it away."""

    ids: list[dict[str, Any]]
    marks: tuple[str, ...]
    files: tuple[int, ...]


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Theirs]:
    """A delivery of vehicles with an error file, a clue that was settled as wrong data, an upload that is going on."""
    with override_settings(ZERENTIAN_API_PER_MINUTE=100_000, ZERENTIAN_HOME=tmp_path):
        with unit(system()):
            make_person(make_household(), id_number=NUMBER, name="王小明")
        good = "".join(row(f"赣B{n}", NUMBER) for n in range(40))
        made = delivered(HEAD + good + row("赣X", NUMBER, price="八"))
        matched()
        with unit(system()):
            clue = Clue.objects.latest("id")
        said = {"conclusion": "wrong_data", "statement": "派出所查询为同名登记"}
        services.answer_clue(clue_id=clue.pk, by=actor_of_cast("village"), **said)
        services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"), note="请核对车主")
        announced = services.Announced("v.csv", 3, "0" * 64)
        by = actor_of_cast("province")
        begun = services.begin_upload(offer=services.Offer("vehicles", "2026-Q2"), file=announced, by=by)
        with unit(system()), acting("test.copy", by=system(), reason="测试"):
            Destruction.objects.create(delivery=made, division=PROVINCE, what="file", sha256=made.sha256, ground="期满")
            reply = Reply.objects.filter(clue_id=clue.pk).order_by("id").first()
            whom = Reply.objects.filter(clue_id=clue.pk).order_by("id").last()
            Reply.objects.filter(pk=whom.pk).update(row=None, whom="王** · 360***********25")
            here = [_ids(made, reply, begun, clue), _ids(made, whom, begun, clue), _at_county(made, reply, begun, clue)]
        rule = queries.title_of(clue.rule)
        title = queries.source("vehicles").file.title.zh
        yield Theirs(
            here, (made.receipt, "county-copy", title, rule, "请核对车主", "王**"), (made.errors_file_id or 0,)
        )


def _ids(delivery: Delivery, reply: Reply, upload: Upload, clue: Clue) -> dict[str, Any]:
    return {
        "delivery": delivery.pk, "reply": reply.pk, "whom": reply.pk, "upload": upload.pk, "clue": clue.pk, "match": clue.first_run_id,
        "sheet": 1,
    }  # fmt: skip


def _at_county(delivery: Delivery, reply: Reply, upload: Upload, clue: Clue) -> dict[str, Any]:
    """The same once more as if the county's department had delivered it."""
    copies = []
    for model, found, facts in (
        (Delivery, delivery, {"division": COUNTY, "receipt": "county-copy", "mark": "", "run_id": None}),
        (Upload, upload, {"division": COUNTY}),
    ):
        copy: Any = model.objects.get(pk=found.pk)
        copy.pk = None
        for name, value in facts.items():
            setattr(copy, name, value)
        copy.save(force_insert=True)
        copies.append(copy)
    answered = Reply.objects.get(pk=reply.pk)
    answered.pk, answered.division, answered.delivery = None, COUNTY, copies[0]
    answered.save(force_insert=True)
    return _ids(copies[0], answered, copies[1], clue)


def works_for(line: str, place: int) -> None:
    """The department officer of the cast has his post at the body of that line there."""
    user = user_of("department")
    facts = {"division": place, "level": int(level_of(place)), "kind": "department", "department": line, "name": line}
    with unit(system()), acting("test.body", by=system(), reason="测试"):
        body, _made = Body.objects.get_or_create(code=f"{place}-{line}", defaults=facts)
        RoleGrant.objects.filter(user=user).update(body_id=body.pk, division=place)


def asked(name: str, method: str, address: str, key: str, client: Client) -> Any:
    if address.startswith("/api/"):
        headers = {"Authorization": f"Bearer {key}", "Upload-Offset": "0"}
        body = b"abc" if method == "PATCH" else json.dumps(BODIES.get(name, {})).encode()
        kind = "application/octet-stream" if method == "PATCH" else "application/json"
        return getattr(Client(headers=headers), method.lower())(address, *([] if method == "GET" else [body, kind]))
    return client.get(address) if method == "GET" else client.post(address, FORM)


def said(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return str(content.decode("utf-8", "replace"))


def addresses(theirs: Theirs) -> Iterator[tuple[str, str, str]]:
    """Every address of the exchange with the other department's things in it, and the lists narrowed to them."""
    for name, method, _statuses in TABLE:
        for ids in theirs.ids if name.startswith(("exchange:", "api:")) else ():
            try:
                address = reverse(name, kwargs=arguments(name, ids))
            except NoReverseMatch:
                assert name.startswith("api:"), name  # asks for something that is none of the exchange's
                continue
            if name.startswith("exchange:") or address.startswith(_API):
                yield name, method, address
    for address in (
        "/exchange/deliveries/?source=vehicles", "/exchange/calendar/?source=vehicles",
        f"/exchange/board/?department={THEIRS}", "/exchange/replies/?state=all", "/exchange/replies/?state=all&as=xlsx",
        "/exchange/destructions/", "/api/v1/deliveries", "/api/v1/replies", "/api/v1/uploads", "/api/v1/calendar", "/",
    ):  # fmt: skip
        yield "", "GET", address


@pytest.mark.parametrize("place", [PROVINCE, COUNTY], ids=["province", "county"])
def test_one_department_is_shown_nothing_of_another(theirs: Theirs, place: int) -> None:
    works_for(OTHER, place)
    key, client = program("department").key, client_of_cast("department")
    found, refused, read = {}, 0, 0
    for name, method, address in dict.fromkeys(addresses(theirs)):
        answer = asked(name, method, address, key, client)
        if answer.status_code in (403, 404):
            refused += 1
        elif method != "GET" or answer.status_code not in (200, 400, 422):
            found[f"{method} {address}"] = answer.status_code
        elif told := [mark for mark in theirs.marks if mark in said(answer)]:
            found[f"{method} {address}"] = told
        else:
            read += 1
    assert found == {}
    names = {name for name, _method, _address in addresses(theirs)}
    assert sum(name.startswith("api:") for name in names) == 16
    assert refused > 60
    assert read >= 12
    for pk in theirs.files:
        assert client.get(f"/files/{pk}/").status_code in (403, 404)
    with unit(system(), writes=False):
        states = (
            set(Reply.objects.values_list("state", flat=True)),
            set(Delivery.objects.values_list("state", flat=True)),
        )
    assert states == ({"open"}, {"stored"})


@pytest.mark.parametrize("place", [PROVINCE, COUNTY], ids=["province", "county"])
def test_its_own_department_is_shown_all_of_it(theirs: Theirs, place: int) -> None:
    works_for(THEIRS, place)
    own = theirs.ids[0] if place == PROVINCE else theirs.ids[2]
    client = client_of_cast("department")
    for address in (
        f"/exchange/deliveries/{own['delivery']}/", f"/exchange/replies/{own['reply']}/", "/exchange/sources/vehicles/", "/exchange/board/",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    errors = f"/exchange/deliveries/{theirs.ids[0]['delivery']}/errors/"  # the province's own: kept there
    assert client.get(errors).status_code == (200 if place == PROVINCE else 404)
    assert "请核对车主" in said(client.get("/exchange/replies/"))
    if level_of(place) is Level.PROVINCE:  # what is of the whole province is looked up there
        assert NUMBER in said(
            client.post(f"/exchange/replies/{theirs.ids[1]['reply']}/whom/", {"reason": "查找并更正"})
        )
