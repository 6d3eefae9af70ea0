"""Roles and the decisions on sign-in, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from zerentian.accounts.rules import ROLES, SEPARATE, clash, client_address, is_in_force, is_session_over
from zerentian.kernel.permissions import Permission as P

HOUSEHOLDS = {P.HOUSEHOLD_VIEW, P.HOUSEHOLD_CHANGE, P.HOUSEHOLD_EXPORT, P.PERSONAL_REVEAL, P.REGISTRY_IMPORT}


@pytest.mark.parametrize("key", SEPARATE)
def test_administrators_read_no_household_and_need_a_second_factor(key: str) -> None:
    assert not ROLES[key].permissions & HOUSEHOLDS
    assert ROLES[key].needs_second_factor


def test_only_the_security_administrator_has_power_over_users_and_only_the_audit_administrator_over_the_record() -> (
    None
):
    assert [r.key for r in ROLES.values() if r.permissions & {P.USER_MANAGE, P.ROLE_GRANT}] == ["security_admin"]
    assert [r.key for r in ROLES.values() if P.AUDIT_VIEW in r.permissions] == ["audit_admin"]
    assert [r.key for r in ROLES.values() if P.SYSTEM_OPERATE in r.permissions] == ["system_admin"]


@pytest.mark.parametrize(
    ("held", "wanted", "free"),
    [
        (set(), "audit_admin", True),
        ({"county_officer"}, "audit_admin", False),
        ({"audit_admin"}, "county_officer", False),
        ({"system_admin"}, "security_admin", False),
        ({"county_officer"}, "inspector", True),
        ({"audit_admin"}, "audit_admin", True),
    ],
)
def test_administrators_hold_nothing_else(held: set[str], wanted: str, free: bool) -> None:
    assert (not clash(held, wanted)) is free


@pytest.mark.parametrize(
    ("role", "area", "called"),
    [
        ("county_officer", "兴国县", "兴国县扶贫办工作人员"),
        ("city_leader", "赣州市", "赣州市领导"),
        ("village_officer", "长冈村", "长冈村干部"),
        ("audit_admin", "江西省", "江西省安全审计员"),
    ],
)
def test_a_role_is_called_with_its_area(role: str, area: str, called: str) -> None:
    assert ROLES[role].at(area) == called


@pytest.mark.parametrize(
    ("ends_on", "on", "holds"),
    [
        (None, date(2030, 1, 1), True),
        (date(2017, 6, 30), date(2017, 6, 30), True),
        (date(2017, 6, 30), date(2017, 7, 1), False),
        (None, date(2016, 12, 31), False),
    ],
)
def test_the_last_day_counts(ends_on: date | None, on: date, holds: bool) -> None:
    assert is_in_force(date(2017, 1, 1), ends_on, on) is holds


@pytest.mark.parametrize(("seconds", "over"), [(0, False), (3600, False), (3601, True)])
def test_a_session_ends_however_busy(seconds: int, over: bool) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert is_session_over(now - timedelta(seconds=seconds), now, 3600) is over


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "found"),
    [
        ("10.0.0.9", "", 0, "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4", 0, "10.0.0.9"),  # nobody's word is taken without a proxy of one's own
        ("127.0.0.1", "1.2.3.4", 1, "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),  # what the caller wrote himself does not count
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", 2, "1.2.3.4"),
        ("127.0.0.1", "", 1, "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1", 1, "2001:db8::1"),
        ("127.0.0.1", "nonsense'--", 1, None),
        ("", "", 0, None),  # a Unix socket
    ],
)
def test_the_address_of_whoever_asks(remote: str, forwarded: str, proxies: int, found: str | None) -> None:
    assert client_address(remote, forwarded, proxies) == found
