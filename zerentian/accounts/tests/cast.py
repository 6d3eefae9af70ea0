"""The standing cast: one user in each post of 兴国县 and above, a neighbour, three administrators, an outsider."""

from datetime import date

from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from zerentian.accounts.models import RoleGrant, User
from zerentian.accounts.queries import actor_of_user
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit

PASSWORD = "a-good-password-2016"
COUNTY, NEIGHBOUR = 360732000000, 360731000000
TOWNSHIPS = (360732100000, 360732101000)
VILLAGES = (360732100200, 360732100201, 360732101200, 360732101201)

# name → (role, division); None: signed in, without any role.
CAST: dict[str, tuple[str, int] | None] = {
    "province": ("province_officer", 360000000000),
    "department": ("department_officer", 360000000000),
    "city": ("city_officer", 360700000000),
    "county": ("county_officer", COUNTY),
    "leader": ("county_leader", COUNTY),
    "neighbour": ("county_officer", NEIGHBOUR),
    "township": ("township_officer", TOWNSHIPS[0]),
    "township2": ("township_officer", TOWNSHIPS[1]),
    "village": ("village_officer", VILLAGES[0]),
    "village2": ("village_officer", VILLAGES[1]),
    "grid_keeper": ("grid_keeper", VILLAGES[0]),
    "helper": ("helper", VILLAGES[0]),
    "inspector": ("inspector", 360000000000),
    "auditor": ("auditor", 360000000000),
    "system_admin": ("system_admin", 360000000000),
    "security_admin": ("security_admin", 360000000000),
    "audit_admin": ("audit_admin", 360000000000),
    "outsider": None,
}


def user_of(name: str) -> User:
    """The user of the cast, made on first use."""
    found = User.objects.filter(username=name).first()
    if found is None:
        found = User(username=name, name=f"测{name}")
        found.set_password(PASSWORD)
        found.save()
        if place := CAST[name]:
            with unit(system()), acting("test.cast", by=system(), reason="测试"):
                RoleGrant.objects.create(user=found, role=place[0], division=place[1], starts_on=date(2017, 1, 1))
    return found


def actor_of_cast(name: str) -> Actor:
    """The actor of the cast."""
    return actor_of_user(user_of(name).pk, None)


def client_of_cast(name: str | None) -> Client:
    """A signed-in client, past the second factor; None is somebody who has not signed in."""
    client = Client()
    if name is not None:
        user = user_of(name)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        device, _made = TOTPDevice.objects.get_or_create(user=user, name="test", confirmed=True)
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session["since"] = timezone.now().isoformat()
        session.save()
    return client
