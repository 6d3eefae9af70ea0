"""Signing in, the second factor, one-time passwords, and what each answers when it is wrong."""

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts import services
from zerentian.accounts.models import SignIn, User
from zerentian.accounts.tests.cast import PASSWORD, user_of
from zerentian.kernel.refusal import Denied, Refused

pytestmark = pytest.mark.django_db


def test_every_page_but_the_door_needs_signing_in() -> None:
    answer = Client().get("/account/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_a_wrong_password_is_answered_and_noted_and_five_lock_the_door() -> None:
    user_of("county")
    client = Client()
    for _ in range(5):
        answer = client.post("/sign-in/", {"username": "county", "password": "wrong-wrong"})
        assert answer.status_code in (422, 429)
    answer = client.post("/sign-in/", {"username": "county", "password": PASSWORD})
    assert answer.status_code in (422, 429)
    assert "_auth_user_id" not in client.session
    assert SignIn.objects.filter(username="county").exclude(outcome="in").count() >= 4


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
    with pytest.raises(Refused, match="本人没有"):
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
