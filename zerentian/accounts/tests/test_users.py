"""The security administrator's pages, roles tied to posts, and what a role gives the moment it is given or taken."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from zerentian.accounts import services
from zerentian.accounts.models import RoleGrant, User
from zerentian.accounts.queries import actor_of_user, grants_of
from zerentian.accounts.tests.cast import COUNTY, NEIGHBOUR, PASSWORD, user_of
from zerentian.kernel import reads
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.effects import announce
from zerentian.kernel.models import Reading
from zerentian.kernel.refusal import Outrun, Refused
from zerentian.organisations import services as organisations
from zerentian.organisations.models import Appointment
from zerentian.organisations.tests import factories as made

pytestmark = pytest.mark.django_db


def grant(user: User, by: Actor, **more: object) -> RoleGrant:
    given = {"role": "county_officer", "division": COUNTY, "starts_on": timezone.localdate(), "reason": "到任"}
    return services.grant_role(user_id=user.pk, **{**given, **more}, by=by)


def test_a_user_is_made_and_given_a_role_in_the_pages(client_of) -> None:
    client = client_of("security_admin")
    page = client.post("/users/new/", {"username": "zhang.san", "name": "张三", "phone": "13812345678"})
    person = User.objects.get(username="zhang.san")
    assert "一次性密码" in page.content.decode()
    assert "13812345678" not in client.get(f"/users/{person.pk}/").content.decode()
    wrong = {"role": "county_officer", "starts_on": "2026-01-01", "reason": "到任"}
    assert "请填区划代码" in client.post(f"/users/{person.pk}/", wrong).content.decode()
    backwards = {**wrong, "division": "360732", "ends_on": "2025-01-01"}
    assert "结束日期早于开始日期" in client.post(f"/users/{person.pk}/", backwards).content.decode()
    assert client.post(f"/users/{person.pk}/", {**wrong, "division": "360732"}).status_code == 302
    page = client.get("/users/", {"q": "张三", "role": "county_officer"}).content.decode()
    assert "zhang.san" in page
    assert "兴国县 县扶贫办工作人员" in page
    assert "County officer" in client.get("/users/", headers={"Accept-Language": "en"}).content.decode()


def test_a_user_name_is_taken_whatever_its_case(client_of) -> None:
    user_of("county")
    page = client_of("security_admin").post("/users/new/", {"username": "COUNTY", "name": "李四"})
    assert page.status_code == 422
    assert "已有人使用" in page.content.decode()


def test_a_role_tied_to_an_appointment_ends_with_it(actor, client_of) -> None:
    made.chain()
    with unit(system()):
        held = Appointment.objects.select_related("post").get(person_name="孙县")
    person, _secret = services.create_user(username="sun", name="孙县", by=actor("security_admin"))
    client = client_of("security_admin")
    assert "书记" in client.get(f"/users/{person.pk}/").content.decode()
    fields = {"role": "county_leader", "appointment_id": held.pk, "starts_on": "2017-01-01", "reason": "任职"}
    assert client.post(f"/users/{person.pk}/", fields).status_code == 302
    given = person.grants.get()
    assert (given.division, given.post_id, given.body_id) == (COUNTY, held.post_id, held.post.body_id)
    assert actor_of_user(person.pk, None).scope.covers(COUNTY)
    assert actor_of_user(person.pk, None).body_id == held.post.body_id
    organisations.end_appointment(
        appointment_id=held.pk, on=timezone.localdate() - timedelta(days=1), reason="调离", by=system()
    )
    assert grants_of(person) == []
    assert actor_of_user(person.pk, given.pk).permissions == frozenset()


def test_a_role_is_not_tied_to_another_person_s_appointment(actor) -> None:
    made.chain()
    with unit(system()):
        held = Appointment.objects.get(person_name="孙县")
    with pytest.raises(Refused, match="没有这项任职"):
        grant(user_of("outsider"), actor("security_admin"), role="county_leader", appointment_id=held.pk)


@pytest.mark.parametrize("begins", [0, 30])
def test_a_role_withdrawn_on_its_first_day_or_before_it_never_counts_again(actor, begins: int) -> None:
    person, admin = user_of("outsider"), actor("security_admin")
    given = grant(person, admin, starts_on=timezone.localdate() + timedelta(days=begins))
    services.withdraw_role(grant_id=given.pk, reason="误授", by=admin)
    assert grants_of(person) == []
    assert grants_of(person, timezone.localdate() + timedelta(days=begins)) == []
    with pytest.raises(Outrun):
        services.withdraw_role(grant_id=given.pk, reason="再收回", by=admin)


def test_nobody_takes_power_from_himself_or_through_another_s_page(actor, client_of) -> None:
    admin, own = actor("security_admin"), user_of("security_admin")
    with pytest.raises(Refused, match="自己的角色"):
        services.withdraw_role(grant_id=own.grants.get().pk, reason="x", by=admin)
    with pytest.raises(Refused, match="自己的账号"):
        services.set_active(user_id=own.pk, active=False, reason="x", by=admin)
    with pytest.raises(Refused, match="自己的两步验证"):
        services.remove_second_factor(user_id=own.pk, reason="x", by=admin)
    county, township = user_of("county"), user_of("township")
    wrong = f"/users/{township.pk}/roles/{county.grants.get().pk}/withdraw/"
    assert client_of("security_admin").post(wrong, {"reason": "x"}).status_code == 404
    assert len(grants_of(county)) == 1


@pytest.mark.parametrize("what", ["anything", "closed", "delete"])
def test_an_unknown_act_does_nothing(client_of, what: str) -> None:
    person = user_of("county")
    assert client_of("security_admin").post(f"/users/{person.pk}/{what}/", {"reason": "x"}).status_code == 404
    assert User.objects.get(pk=person.pk).is_active


def test_closing_an_account_or_resetting_its_password_ends_its_sessions(client_of) -> None:
    admin = client_of("security_admin")
    for what, who in (("password", "county"), ("close", "township")):
        client = client_of(who)
        assert client.get("/account/").status_code == 200
        page = admin.post(f"/users/{user_of(who).pk}/{what}/", {"reason": "手机丢失"}, follow=True).content.decode()
        assert {"password": "一次性密码", "close": f"已停用{user_of(who).name}（township）的账号"}[what] in page
        assert client.get("/account/").headers["Location"].startswith("/sign-in/")


def test_who_holds_several_posts_works_in_one_and_switches(actor, client_of) -> None:
    person = user_of("county")
    second = grant(person, actor("security_admin"), division=NEIGHBOUR)
    client = client_of("county")
    page = client.get("/account/").content.decode()
    assert "兴国县扶贫办工作人员" in page
    assert page.count(f'value="{person.grants.exclude(pk=actor("county").post_id).get().pk}"') >= 1
    page = client.post("/account/post/", {"grant": second.pk}, follow=True).content.decode()
    assert "现在以“于都县" in page
    assert "于都县" in client.get("/").content.decode()
    stranger = user_of("city").grants.get()
    assert "没有换岗" in client.post("/account/post/", {"grant": stranger.pk}, follow=True).content.decode()
    assert "于都县" in client.get("/").content.decode()


def test_what_could_not_be_recorded_as_read_is_not_shown(client_of, monkeypatch: pytest.MonkeyPatch) -> None:
    made.chain()
    with unit(system()):
        held = Appointment.objects.get(person_name="孙县")
    client = client_of("county")
    client.raise_request_exception = False
    address = f"/bodies/appointments/{held.pk}/phone/"
    assert "13812345678" in client.post(address, {"reason": "核对"}).content.decode()
    with unit(system()):
        noted = Reading.objects.count()
        assert noted == 1

    monkeypatch.setattr(reads, "_WRITE", "insert into nowhere (who) values (%(who)s)")
    answer = client.post(address, {"reason": "核对"})
    assert answer.status_code == 500
    assert "13812345678" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/users/", "/search/", "/areas/", "/audit/sign-ins/"])
def test_a_zero_byte_is_answered(client_of, address: str) -> None:
    for who in ("security_admin", "audit_admin"):
        assert client_of(who).get(f"{address}?q=a%00b").status_code == 400


def test_a_new_installation_gets_its_administrators_by_command() -> None:
    said = StringIO()
    call_command("create_administrator", "security_admin", "first", "张三", stdout=said)
    secret = said.getvalue().split("一次性密码 ")[1].split("（")[0]
    client = Client()
    assert client.post("/sign-in/", {"username": "first", "password": secret}).status_code == 302
    assert client.get("/users/").headers["Location"] == "/account/second-factor/"
    with pytest.raises(CommandError, match="已有人使用"):
        call_command("create_administrator", "audit_admin", "first", "张三", stdout=said)
    assert User.objects.filter(username="first").count() == 1


def test_demo_accounts_take_the_seats_of_the_sample(settings) -> None:
    settings.DEMO = True
    call_command("load_demo_accounts", stdout=StringIO())
    before = User.objects.get(username="county-leader")
    assert before.grants.get().appointment_id is None
    made.chain()
    call_command("load_demo_accounts", stdout=StringIO())
    after = User.objects.get(username="county-leader")
    assert after.name == "孙县"
    assert actor_of_user(after.pk, None).post_title.endswith("书记")
    assert "county-leader" in Client().get("/sign-in/").content.decode()
    settings.DEMO = False
    assert "county-leader" not in Client().get("/sign-in/").content.decode()
    with pytest.raises(CommandError):
        call_command("load_demo_accounts", stdout=StringIO())


def test_a_password_is_not_one_s_own_name(actor) -> None:
    user_of("township")
    with pytest.raises(Refused):
        services.change_password(new="township-16", by=actor("township"))
    with pytest.raises(Refused):
        services.change_password(new=PASSWORD, by=actor("township"))


@pytest.mark.parametrize(("demo", "lines"), [(True, 2), (False, 0)])
def test_serving_a_demonstration_says_how_to_sign_in(settings, demo: bool, lines: int) -> None:
    settings.DEMO = demo
    said = [line for answer in announce("serve.greeting") for line in answer]
    assert len(said) == lines
    assert (services.DEMO_PASSWORD in " ".join(said)) is demo
