"""Signing in, the second factor, one-time passwords, and what each answers when it is wrong."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp import devices_for_user
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from time_machine import travel

from zerentian.accounts import services
from zerentian.accounts.models import SignIn, User
from zerentian.accounts.tests.cast import PASSWORD, user_of
from zerentian.kernel.refusal import Denied, Refused

pytestmark = pytest.mark.django_db


def test_every_page_but_the_door_needs_signing_in() -> None:
    answer = Client().get("/account/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_a_wrong_password_is_answered_and_noted_and_five_lock_the_door(actor) -> None:
    user_of("county")
    client = Client()
    for name in ("county", "County", "COUNTY", "cOunty"):  # one name, however it is written
        answer = client.post("/sign-in/", {"username": name, "password": "wrong-wrong"})
        assert answer.status_code == 422
        assert "用户名或密码不对" in answer.content.decode()
    for password in ("wrong-wrong", PASSWORD):
        answer = client.post("/sign-in/", {"username": "county", "password": password})
        assert answer.status_code == 429
        assert "请 15 分钟后再试" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert SignIn.objects.filter(username="county", outcome="locked").count() == 2
    secret = services.reset_password(user_id=user_of("county").pk, reason="忘记密码", by=actor("security_admin"))
    assert client.post("/sign-in/", {"username": "county", "password": secret}).status_code == 302


def test_a_missing_user_is_answered_like_a_wrong_password() -> None:
    answers = [
        Client().post("/sign-in/", {"username": name, "password": "wrong-wrong"})
        for name in (user_of("county").username, "nobody.at.all")
    ]
    assert {a.status_code for a in answers} == {422}
    assert all("用户名或密码不对" in a.content.decode() for a in answers)


def test_the_password_alone_opens_nothing_where_there_is_a_second_factor() -> None:
    """Neither another password nor another telephone, by which the second factor could be gone around."""
    user = user_of("township")
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client()
    client.post("/sign-in/", {"username": "township", "password": PASSWORD})
    for address in ("/account/second-factor/", "/account/password/", "/account/tokens/", "/"):
        for answer in (client.get(address), client.post(address, {"code": "000000"})):
            assert answer.headers["Location"] == "/sign-in/code/", address
    assert not TOTPDevice.objects.filter(user=user, confirmed=False).exists()
    assert SignIn.objects.filter(username="township").values_list("outcome", flat=True).get() == "half"
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_a_recovery_code_works_once_and_wrong_codes_make_one_wait(client_of) -> None:
    client = client_of("township")
    client.post("/account/second-factor/")
    device = TOTPDevice.objects.get(user__username="township", confirmed=False)
    assert "otpauth" not in client.get("/account/second-factor/").content.decode()
    page = client.post("/account/second-factor/", {"code": f"{totp(device.bin_key):06d}"}).content.decode()
    codes = re.findall(r"<code class=\"fs-5\">(\d{8})</code>", page)
    assert len(set(codes)) == 8

    def door() -> Client:
        fresh = Client()
        fresh.post("/sign-in/", {"username": "township", "password": PASSWORD})
        return fresh

    assert door().post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    for one in devices_for_user(device.user):
        one.throttle_reset()
    again = door().post("/sign-in/code/", {"code": codes[0]})
    assert "验证码不对" in again.content.decode()
    assert "秒后再输入" in door().post("/sign-in/code/", {"code": codes[1]}).content.decode()


def test_a_setting_asks_more_roles_for_a_second_factor(settings) -> None:
    settings.SECOND_FACTOR_ROLES = {"county_officer"}
    user_of("county")
    client = Client()
    client.post("/sign-in/", {"username": "county", "password": PASSWORD})
    assert client.get("/").headers["Location"] == "/account/second-factor/"
    settings.SECOND_FACTOR_ROLES = set()
    assert client.get("/").status_code == 200


def test_a_session_ends_after_its_longest_time(client_of) -> None:
    client = client_of("county")
    session = client.session
    session["since"] = (timezone.now() - timedelta(hours=13)).isoformat()
    session.save()
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")


def test_a_session_that_is_used_lasts_on_and_is_written_once_a_minute(client_of, settings) -> None:
    client, began = client_of("county"), timezone.now()
    with travel(began, tick=False):
        client.get("/account/")
        first = Session.objects.get(pk=client.session.session_key).expire_date
    with travel(began + timedelta(seconds=59), tick=False), CaptureQueriesContext(connection) as asked:
        client.get("/account/")
    assert not [one for one in asked.captured_queries if "django_session" in one["sql"] and "UPDATE" in one["sql"]]
    with travel(began + timedelta(seconds=61), tick=False):
        client.get("/account/")
        assert Session.objects.get(pk=client.session.session_key).expire_date - first == timedelta(seconds=61)
    idle = settings.SESSION_COOKIE_AGE
    with travel(began + timedelta(seconds=61 + idle - 1), tick=False):
        assert client.get("/account/").status_code == 200
    with travel(began + timedelta(seconds=61 + 2 * idle), tick=False):
        assert client.get("/account/").headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/account/"])
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    user_of("county")
    answer = Client().post("/sign-in/", {"username": "county", "password": PASSWORD, "next": wanted})
    assert answer.headers["Location"] == (wanted if wanted == "/account/" else "/")


def test_signing_in_asks_for_the_code_when_there_is_a_device() -> None:
    user = user_of("township")
    device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client()
    assert client.post("/sign-in/", {"username": "township", "password": PASSWORD}).status_code == 302
    assert client.get("/account/").headers["Location"] == "/sign-in/code/"
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    right = f"{totp(device.bin_key):06d}"
    assert client.post("/sign-in/code/", {"code": right}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_an_administrator_without_a_device_must_enrol_first(settings: object) -> None:
    user_of("security_admin")
    client = Client()
    client.post("/sign-in/", {"username": "security_admin", "password": PASSWORD})
    assert client.get("/users/").headers["Location"] == "/account/second-factor/"


def test_a_one_time_password_must_be_changed_before_anything_else(actor) -> None:
    person, secret = services.create_user(username="new.one", name="新同志", by=actor("security_admin"))
    client = Client()
    client.post("/sign-in/", {"username": "new.one", "password": secret})
    assert client.get("/").headers["Location"] == "/account/password/"
    weak = client.post("/account/password/", {"old": secret, "new": "12345678901", "again": "12345678901"})
    assert weak.status_code == 422
    good = {"old": secret, "new": "jinggang-shan-1927", "again": "jinggang-shan-1927"}
    assert client.post("/account/password/", good).status_code == 302
    assert not User.objects.get(pk=person.pk).must_change_password


@pytest.mark.parametrize("password", ["kurz", "1234567890", "township", "password1234", "x" * 9])
@pytest.mark.parametrize(("language", "own"), [("zh-hans", r"[a-zA-Z]"), ("en", r"[\u3400-\u9fff]")])
def test_why_a_password_will_not_do_is_told_in_the_readers_language(
    client_of, password: str, language: str, own: str
) -> None:
    client = client_of("township")
    client.cookies["django_language"] = language
    answer = client.post("/account/password/", {"old": PASSWORD, "new": password, "again": password})
    assert answer.status_code == 422
    told = answer.context["form"].errors["new"]
    assert told
    assert not re.search(own, " ".join(told))


def test_only_the_security_administrator_grants_and_never_to_himself(actor) -> None:
    grant = {"role": "county_officer", "division": 360732000000, "starts_on": "2017-01-01", "reason": "到任"}
    someone = user_of("outsider")
    with pytest.raises(Denied):
        services.grant_role(user_id=someone.pk, **grant, by=actor("system_admin"))
    with pytest.raises(Refused):
        services.grant_role(user_id=user_of("security_admin").pk, **grant, by=actor("security_admin"))
    with pytest.raises(Refused):
        services.grant_role(user_id=someone.pk, **{**grant, "division": 360700000000}, by=actor("security_admin"))
    assert services.grant_role(user_id=someone.pk, **grant, by=actor("security_admin")).role == "county_officer"


def test_administrators_roles_are_kept_apart(actor) -> None:
    with pytest.raises(Refused, match="分开"):
        services.grant_role(
            user_id=user_of("county").pk, role="audit_admin", division=360000000000, starts_on="2017-01-01",
            reason="兼任", by=actor("security_admin"),
        )  # fmt: skip


def test_a_token_stays_inside_its_owner(actor) -> None:
    county = actor("county")
    with pytest.raises(Refused, match="管辖范围"):
        services.issue_token(name="x", division=360700000000, permissions=["ledger.view"], days=10, by=county)
    with pytest.raises(Refused, match="本人没有.*管理账号"):
        services.issue_token(name="x", division=360732000000, permissions=["user.manage"], days=10, by=county)
    token, key = services.issue_token(name="x", division=360732000000, permissions=["ledger.view"], days=10, by=county)
    assert token.digest == services.digest_of(key)
    assert key not in token.digest


def test_withdrawing_a_role_ends_its_power_at_once(actor, client_of) -> None:
    client = client_of("township")
    assert client.get("/areas/").status_code == 200
    grant = user_of("township").grants.get()
    services.withdraw_role(grant_id=grant.pk, reason="调离", by=actor("security_admin"))
    assert actor("township").permissions == frozenset()
