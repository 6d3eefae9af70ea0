"""The accounts of the demonstration: one for each level and role, held by people of the sample where it is loaded."""

from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zerentian.accounts.models import RoleGrant, User
from zerentian.accounts.queries import role_name
from zerentian.accounts.rules import ROLES
from zerentian.accounts.services.roles import tie
from zerentian.kernel.actor import Actor
from zerentian.kernel.acts import act
from zerentian.kernel.effects import effect
from zerentian.kernel.permissions import Permission
from zerentian.organisations.models import Appointment
from zerentian.territory import queries as territory

DEMO_PASSWORD = "zerentian-2016"
PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = 360000000000, 360700000000, 360732000000, 360732100000, 360732100200
# user name, name where no sample is loaded, role, area, and the post that it is tied to: "kind of body/kind of post"
_DEMO = (
    ("province", "周明华", "province_officer", PROVINCE, "poverty_office/director"),
    ("province-leader", "熊建国", "province_leader", PROVINCE, "party_government/government_chief"),
    ("department", "涂丽华", "department_officer", PROVINCE, "agriculture/director"),
    ("civil-affairs", "熊春花", "department_officer", PROVINCE, "civil_affairs/director"),
    ("city", "罗志强", "city_officer", CITY, "poverty_office/director"),
    ("county", "钟文华", "county_officer", COUNTY, "poverty_office/director"),
    ("county-leader", "曾永红", "county_leader", COUNTY, "party_government/party_chief"),
    ("jinggangshan", "尹春兰", "county_officer", 360881000000, "poverty_office/director"),
    ("xiushui", "匡志明", "county_officer", 360424000000, "poverty_office/director"),
    ("township", "谢小英", "township_officer", TOWNSHIP, "party_government/deputy_in_charge"),
    ("village", "赖水生", "village_officer", VILLAGE, "village_committee/village_secretary"),
    ("grid-keeper", "邱招娣", "grid_keeper", VILLAGE, "village_committee/grid_keeper"),
    ("inspector", "龚国平", "inspector", PROVINCE, ""),
    ("auditor", "万静", "auditor", PROVINCE, "audit/director"),
    ("system-admin", "程勇", "system_admin", PROVINCE, ""),
    ("security-admin", "许敏", "security_admin", PROVINCE, ""),
    ("audit-admin", "艾琴", "audit_admin", PROVINCE, ""),
)


@act("accounts.demo.load", _("建立演示账号"), needs=Permission.USER_MANAGE)
def load_demo_accounts(*, by: Actor) -> int:
    """One account for each level and role, with one known password; run again, it ties them to posts made since."""
    hashed = make_password(DEMO_PASSWORD)
    made = 0
    for username, name, role, division, post in _DEMO:
        user, fresh = User.objects.get_or_create(
            username=username, defaults={"name": name, "password": hashed, "is_demo": True}
        )
        if fresh:
            RoleGrant.objects.create(user=user, role=role, division=division, starts_on=date(2017, 1, 1))
            made += 1
        if user.is_demo and post:
            _seat(user, role, division, *post.split("/"))
    return made


def _seat(user: User, role: str, division: int, body: str, post: str) -> None:
    """Tie the account's own grant to whoever holds the post in the sample, and take that name."""
    grant = user.grants.filter(role=role, division=division, withdrawn_at=None).first()
    today = timezone.localdate()
    if grant is None or grant.appointment_id:
        return
    held = (
        Appointment.objects.filter(
            Q(post__body__kind=body) | Q(post__body__kind="department", post__body__department=body),
            Q(ends_on=None) | Q(ends_on__gte=today),
            post__body__division=division, post__kind=post, starts_on__lte=today,
        ).select_related("post__body").order_by("post__order", "id").first()
    )  # fmt: skip
    if held is None:
        return
    RoleGrant.objects.filter(pk=grant.pk).update(**tie(held))
    User.objects.filter(pk=user.pk).update(name=held.person_name)


def demo_accounts() -> list[tuple[str, str, str]]:
    """(user name, role, area) of the demonstration, for the sign-in page."""
    return [(name, role_name(ROLES[role]), territory.name_of(area)) for name, _who, role, area, _post in _DEMO]


@effect("serve.greeting")
def greet_with_accounts() -> list[str]:
    """In a demonstration, what whoever starts the site needs to sign in."""
    if not settings.DEMO:
        return []
    names = " · ".join(name for name, *_others in _DEMO)
    return [f"演示账号：{names}", f"密码：{DEMO_PASSWORD}"]
