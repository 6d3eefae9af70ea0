"""Roles as declarations: what each may do and at which level it works; and the pure decisions on sign-in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address

from zerentian.kernel.permissions import Permission as P
from zerentian.kernel.scope import Level


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its names, the level of the areas it is given for (None: any), and its permissions.

    `bare` is its name behind that of the area. `paired`: it sees no household but those paired with its holder.
    """

    key: str
    title: str
    title_en: str
    level: Level | None
    permissions: frozenset[P]
    needs_second_factor: bool = False
    bare: str = ""
    paired: bool = False

    def at(self, area: str) -> str:
        """The role together with the name of its area."""
        return f"{area}{self.bare or self.title}"


_READS = {P.DIVISION_VIEW, P.BODY_VIEW, P.RULEBOOK_VIEW, P.LEDGER_VIEW, P.API_USE, P.TOKEN_ISSUE}
_NOTICES = {P.NOTICE_VIEW, P.NOTICE_COMPOSE, P.OBJECTION_RECORD}
_SIGNS = {P.CASE_DECIDE, P.CASE_DELEGATE}
_CASES = {P.CASE_VIEW, P.CASE_OPEN, P.CASE_DECIDE, P.CASE_DELEGATE}
_LEADS = _READS | {
    P.CASE_VIEW,
    P.LEDGER_EXPORT, P.INTERPRETATION_ASK, P.PHONE_VIEW, P.HOUSEHOLD_VIEW, P.NOTICE_VIEW, P.OBJECTION_VIEW,
}  # fmt: skip
_OFFICE = _LEADS | _NOTICES | _CASES | {
    P.NOTICE_REVIEW, P.OBJECTION_ANSWER,
    P.BODY_CHANGE, P.APPOINTMENT_CHANGE, P.HOUSEHOLD_CHANGE, P.HOUSEHOLD_EXPORT, P.REGISTRY_IMPORT, P.VILLAGE_CHANGE,
    P.PERSONAL_REVEAL, P.LEDGER_RECOMPUTE, P.DISPUTE_RAISE, P.RUN_VIEW,
}  # fmt: skip
_LOCAL_LAW = {P.OVERLAY_CHANGE}
# The township and the village, who are checked, see what was found and not what was drawn.
_SEES_CHECKS = {P.CHECK_VIEW}
_SEES_CLUES = {P.CLUE_VIEW, P.EXCHANGE_VIEW}
_CLUES = {P.CLUE_VIEW, P.CLUE_ANSWER, P.CLUE_SETTLE}
_CHECKS = {P.CHECK_VIEW, P.CHECK_DRAW, P.CHECK_RECORD}
_VILLAGE = _READS | _NOTICES | _CASES | {
    P.CLUE_VIEW, P.CLUE_ANSWER,
    P.HOUSEHOLD_VIEW, P.HOUSEHOLD_CHANGE, P.VILLAGE_CHANGE, P.DISPUTE_RAISE, P.INTERPRETATION_ASK, P.PERSONAL_REVEAL,
    P.REGISTRY_IMPORT, P.RUN_VIEW,
}  # fmt: skip


def _role(
    key: str, title: str, english: str, level: Level | None, permissions: set[P], bare: str = "", *,
    second: bool = False, paired: bool = False,
) -> Role:  # fmt: skip
    return Role(key, title, english, level, frozenset(permissions), second, bare, paired)


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        _role("province_officer", "省扶贫办工作人员", "Provincial officer", Level.PROVINCE,
              _OFFICE | _LOCAL_LAW | _SEES_CHECKS | _SEES_CLUES | {P.RULEBOOK_LOAD, P.INTERPRETATION_ANSWER,
              P.APPOINTMENT_APPROVE, P.DIVISION_CHANGE, P.COUNT_TAKE, P.EXCHANGE_MATCH, P.EXCHANGE_DELIVER},
              "扶贫办工作人员"),
        _role("province_leader", "省级领导", "Provincial leader", Level.PROVINCE, _LEADS | _SIGNS | _SEES_CHECKS | _SEES_CLUES, "领导"),
        _role("department_officer", "省直部门工作人员", "Officer of a department", Level.PROVINCE,
              _READS | {P.LEDGER_EXPORT, P.INTERPRETATION_ASK, P.APPOINTMENT_APPROVE, P.DISPUTE_RAISE, P.EXCHANGE_DELIVER}, "直属部门工作人员"),
        _role("city_officer", "市扶贫办工作人员", "City officer", Level.CITY,
              _OFFICE | _LOCAL_LAW | _SEES_CHECKS | _SEES_CLUES | {P.APPOINTMENT_APPROVE},
              "扶贫办工作人员"),
        _role("city_leader", "市级领导", "City leader", Level.CITY, _LEADS | _SIGNS | _SEES_CHECKS | _SEES_CLUES, "领导"),
        _role("county_officer", "县扶贫办工作人员", "County officer", Level.COUNTY,
              _OFFICE | _LOCAL_LAW | _CHECKS | _CLUES | {P.EXCHANGE_VIEW, P.EXCHANGE_DELIVER, P.APPOINTMENT_APPROVE}, "扶贫办工作人员"),
        _role("county_leader", "县级领导", "County leader", Level.COUNTY, _LEADS | _SIGNS | _SEES_CHECKS | _SEES_CLUES | {P.DISPUTE_RAISE}, "领导"),
        _role("township_officer", "乡镇扶贫专干", "Township officer", Level.TOWNSHIP, _OFFICE | _CLUES, "扶贫专干"),
        _role("village_officer", "村干部", "Village officer", Level.VILLAGE, _VILLAGE, "干部"),
        _role("grid_keeper", "网格员", "Grid keeper", Level.VILLAGE, _READS | {P.HOUSEHOLD_VIEW, P.HOUSEHOLD_CHANGE, P.NOTICE_VIEW}),
        _role("helper", "结对帮扶责任人", "Paired helper", None, _READS | {P.HOUSEHOLD_VIEW}, paired=True),
        _role("inspector", "督查人员", "Inspector", None, _LEADS | _SEES_CLUES
              | {P.CHECK_VIEW, P.CHECK_RECORD, P.DISPUTE_DECIDE, P.HOUSEHOLD_EXPORT, P.RUN_VIEW}),
        _role("auditor", "审计人员", "Auditor", None, _LEADS | _SEES_CHECKS | _SEES_CLUES | {P.HOUSEHOLD_EXPORT, P.PERSONAL_REVEAL, P.RUN_VIEW}),
        _role("system_admin", "系统管理员", "System administrator", Level.PROVINCE,
              {P.SYSTEM_OPERATE, P.RUN_VIEW, P.DIVISION_VIEW, P.RULEBOOK_VIEW}, second=True),
        _role("security_admin", "安全管理员", "Security administrator", Level.PROVINCE,
              {P.USER_MANAGE, P.ROLE_GRANT, P.DIVISION_VIEW, P.BODY_VIEW}, second=True),
        _role("audit_admin", "安全审计员", "Audit administrator", Level.PROVINCE, {P.AUDIT_VIEW, P.DIVISION_VIEW},
              second=True),
    )
}  # fmt: skip

# The three administrators are separate persons (GB/T 22239, level 3): nobody holds two of these roles.
SEPARATE = ("system_admin", "security_admin", "audit_admin")


def clash(held: set[str], wanted: str) -> set[str]:
    """The held roles that stand against the wanted one; empty when there is no objection."""
    others = held - {wanted}
    return others if wanted in SEPARATE else others & set(SEPARATE)


def is_in_force(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Whether a grant holds on the day; the last day counts."""
    return starts_on <= on and (ends_on is None or on <= ends_on)


def is_session_over(since: datetime, now: datetime, longest: int) -> bool:
    """Whether a session has lasted longer than allowed (seconds since signing in), however busy it was."""
    return now - since > timedelta(seconds=longest)


def client_address(remote: str, forwarded: str, proxies: int) -> str | None:
    """The address of whoever asks. Behind `proxies` of one's own, the entry that the outermost of them wrote.

    Entries further to the left are the caller's own words and are not believed; what is no address gives None.
    """
    chain = [*(one.strip() for one in forwarded.split(",") if one.strip()), remote]
    found = chain[max(0, len(chain) - 1 - proxies)] if proxies > 0 else remote
    try:
        return str(ip_address(found))
    except ValueError:
        return None
