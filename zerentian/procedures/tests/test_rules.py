"""What may happen next, what a definition must be, what a vote and a form need: tables of cases."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from textwrap import indent
from typing import Any

import pytest
import yaml

from zerentian.kernel.refusal import Reason, Refused
from zerentian.kernel.scope import Level
from zerentian.procedures.rules.checks import Known, clashes, faults
from zerentian.procedures.rules.definition import Procedure, ProcedureFile, VocabularyFile
from zerentian.procedures.rules.flow import CaseFacts, Hand, NoticeFacts, possible
from zerentian.procedures.rules.given import Vote, form_faults, vote_faults
from zerentian.procedures.rules.plugs import Verdict
from zerentian.procedures.rules.replay import Forbidden, Happened, Place, replay
from zerentian.rulebook.rules.days import Calendar, last_day
from zerentian.rulebook.rules.reading import read_yaml

VILLAGE, TOWNSHIP, OTHER = 360732100200, 360732100000, 360732101000
TODAY = date(2017, 3, 10)

SHORT = """
id: test.short
version: "1"
title: {zh: 试, en: Test}
subject: household
article: 22
valid_from: 2016-01-01
source: 测试
confirmed: true
opened_by: {level: village, roles: [village_officer]}
start: ask
results: [{key: yes_, zh: 是, en: 'Done'}, {key: no_, zh: 否, en: 'Not done'}]
steps:
- id: ask
  title: {zh: 申请, en: Ask}
  part: village
  by: {level: village, roles: [village_officer], posts: [village_secretary]}
  evidence: [{kind: application, count: 2}]
  fields: [{key: day, zh: 日期, en: Day, type: date}, {key: count, zh: 人数, en: Number, type: number, required: false}]
  outcomes:
  - {id: ok, title: {zh: 同意, en: Agreed}, to: hang, conditions: [{rule: poor, with: {line: poverty.line}}]}
  - {id: refused, title: {zh: 不同意, en: Refused}, ends: no_, bare: true, reason: true}
- id: hang
  title: {zh: 公示, en: Hang}
  part: township
  by: {level: township, roles: [township_officer]}
  notice: {kind: exit.household, place: village, days: 7, working: false, result: proposed, upheld: ask}
  limit: {days: 5, working: true}
  meeting: {quorum: 66, majority: 50}
  outcomes: [{id: ok, title: {zh: 通过, en: Passed}, ends: yes_, vote: true, effect: done}]
  back_to: [ask]
"""

VOCABULARY = VocabularyFile.model_validate(
    {
        "subjects": [{"id": "household", "zh": "户", "en": "Household"}],
        "parts": [{"id": "village", "zh": "村", "en": "Village"}, {"id": "township", "zh": "乡", "en": "Township"}],
        "evidence": [{"id": "application", "zh": "申请书", "en": "Application"}],
        "conditions": [{"id": "poor", "zh": "贫困", "en": "Poor", "parameters": ["line"]}],
        "effects": [{"id": "done", "zh": "办结", "en": "Done"}],
    }
)
KNOWN = Known(
    VOCABULARY,
    {"poverty.line"},
    {"village_officer": Level.VILLAGE, "township_officer": Level.TOWNSHIP, "inspector": None},
    {"village_secretary"},
)


def short(**changes: Any) -> Procedure:
    return Procedure.model_validate({**yaml.safe_load(SHORT), **changes})


def changed(path: str, value: Any) -> Procedure:
    """The short procedure with one place changed: `steps.0.outcomes.0.to`; None takes the key away."""
    content = yaml.safe_load(SHORT)
    *above, last = path.split(".")
    at: Any = content
    for key in above:
        at = at[int(key)] if key.isdigit() else at[key]
    if value is None:
        del at[last]
    elif last.isdigit():
        at[int(last)] = value
    else:
        at[last] = value
    return Procedure.model_validate(content)


def test_the_short_procedure_is_right() -> None:
    assert faults(short(), "t.yaml", KNOWN) == []


@pytest.mark.parametrize(
    ("path", "value", "key", "says"),
    [
        ("start", "nowhere", "start", "没有步骤"),
        ("subject", "ghost", "subject", "对象"),
        ("opened_by", {"level": "village", "roles": ["township_officer"]}, "opened_by.roles", "不在这一级"),
        ("opened_by", {"level": "village"}, "opened_by", "没有人能办理"),
        ("steps.0.by.roles", ["king"], "steps.ask.by.roles", "没有角色"),
        ("steps.0.by", {"level": "village", "posts": ["king"]}, "steps.ask.by", "没有人能办理"),
        ("steps.0.part", "ghost", "steps.ask.part", "身份"),
        ("steps.0.evidence.0.kind", "ghost", "steps.ask.evidence", "材料"),
        ("steps.0.outcomes.0.to", "nowhere", "steps.ask.outcomes.ok.to", "没有步骤"),
        ("steps.0.outcomes.0.to", "nowhere", "steps.hang", "没有任何步骤通向"),
        ("steps.0.outcomes.1.ends", "ghost", "steps.ask.outcomes.refused.ends", "没有结果"),
        ("steps.0.outcomes.0.conditions.0.rule", "ghost", "steps.ask.outcomes.ok.conditions", "没有规则"),
        ("steps.0.outcomes.0.conditions.0.with", {}, "steps.ask.outcomes.ok.conditions", "参数应为 line"),
        ("steps.0.outcomes.0.conditions.0.with", {"line": "ghost"}, "steps.ask.outcomes.ok.conditions", "没有参数"),
        ("steps.1.outcomes.0.effect", "ghost", "steps.hang.outcomes.ok.effect", "效力"),
        (
            "steps.1.outcomes.0",
            {"id": "a", "title": {"zh": "a", "en": "a"}, "to": "hang"},
            "steps.hang",
            "走不到任何结果",
        ),
        ("steps.1.meeting", None, "steps.hang.outcomes.ok.vote", "没有会议"),
        ("steps.1.meeting.quorum", "ghost", "steps.hang.meeting.quorum", "没有参数"),
        ("steps.1.notice.days", "ghost", "steps.hang.notice.days", "没有参数"),
        ("steps.1.notice.days", 0, "steps.hang.notice.days", "大于零"),
        ("steps.1.notice.upheld", "ghost", "steps.hang.notice.upheld", "没有步骤"),
        ("steps.1.limit", {"parameter": "ghost"}, "steps.hang.limit.parameter", "没有参数"),
        ("steps.1.back_to", ["hang"], "steps.hang.back_to", "不能退回"),
    ],
)
def test_a_wrong_definition_is_refused_by_file_and_key(path: str, value: Any, key: str, says: str) -> None:
    found = faults(changed(path, value), "t.yaml", KNOWN)
    assert any(one.where == f"t.yaml test.short {key}" and says in one.text for one in found), found


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("place: village, ", "", "place"),
        ("days: 7, ", "", "days"),
        ("{days: 5, working: true}", "{working: true}", "期限应写"),
        ("to: hang, ", "", "应写 to"),
        ("evidence:", "evidense:", "evidense"),
        ("type: date", "type: choice", "choices"),
        ("id: hang", "id: on", "应为文字"),
    ],
)
def test_a_misshapen_definition_names_file_line_and_key(old: str, new: str, says: str) -> None:
    assert old in SHORT
    body = "procedures:\n- " + indent(SHORT.replace(old, new).strip(), "  ").strip()
    with pytest.raises(Refused) as refused:
        read_yaml(ProcedureFile, body, "t.yaml")
    assert "t.yaml 第" in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ({}, {}, "写了两次"),
        ({}, {"version": "2", "valid_from": date(2018, 1, 1)}, "重叠"),
        ({"valid_to": date(2017, 12, 31)}, {"version": "2", "valid_from": date(2018, 1, 1)}, ""),
        ({}, {"id": "test.other"}, ""),
    ],
)
def test_versions_of_a_procedure_do_not_overlap(one: dict[str, Any], other: dict[str, Any], says: str) -> None:
    found = clashes([("a.yaml", short(**one)), ("b.yaml", short(**other))])
    assert [says in fault.text for fault in found] == ([True] if says else [])


VILLAGER = Hand(1, "甲", VILLAGE, "village_officer")
OFFICER = Hand(2, "乙", TOWNSHIP, "township_officer")
ASKED = CaseFacts(VILLAGE, "ask", "open", evidence={"application": 2}, verdicts={"poor": Verdict(True)})
HUNG = CaseFacts(VILLAGE, "hang", "open", notice=NoticeFacts(date(2017, 3, 2), date(2017, 3, 9), date(2017, 3, 10)))


@pytest.mark.parametrize(
    ("facts", "hand", "what", "why"),
    [
        (ASKED, VILLAGER, "ok", []),
        (ASKED, replace(VILLAGER, role="x", post="village_secretary"), "ok", []),
        (ASKED, replace(VILLAGER, may_decide=False), "ok", ["由 village"]),
        (ASKED, replace(VILLAGER, division=VILLAGE + 1), "ok", ["由 village"]),
        (ASKED, OFFICER, "ok", ["由 village"]),
        (ASKED, replace(OFFICER, role="village_officer"), "ok", ["由 village"]),
        (replace(ASKED, evidence={"application": 1}), VILLAGER, "ok", ["缺少材料"]),
        (replace(ASKED, evidence={}), VILLAGER, "refused", []),
        (replace(ASKED, verdicts={}), VILLAGER, "ok", ["还没有核对"]),
        (replace(ASKED, verdicts={"poor": Verdict(False, (Reason("收入高"),))}), VILLAGER, "ok", ["不满足：收入高"]),
        (replace(ASKED, state="suspended", open_objections=1), VILLAGER, "ok", ["有 1 件异议"]),
        (replace(ASKED, state="review"), VILLAGER, "ok", ["回避"]),
        (HUNG, OFFICER, "ok", []),
        (HUNG, replace(OFFICER, division=OTHER), "ok", ["由 township"]),
        (replace(HUNG, notice=None), OFFICER, "ok", ["还没有公示"]),
        (replace(HUNG, notice=NoticeFacts()), OFFICER, "ok", ["没有发布"]),
        (replace(HUNG, notice=NoticeFacts(TODAY, date(2017, 3, 17))), OFFICER, "ok", ["期满"]),
        (replace(HUNG, notice=NoticeFacts(date(2017, 3, 2), date(2017, 3, 9))), OFFICER, "ok", ["先办理期满"]),
    ],
)
def test_who_may_decide_now_and_why_not(facts: CaseFacts, hand: Hand, what: str, why: list[str]) -> None:
    found = next(m for m in possible(facts, short(), [hand], TODAY) if (m.act, m.what) == ("decide", what))
    texts = [str(one.reason()) for one in found.why_not]
    assert len(texts) == len(why), texts
    assert all(part in text for part, text in zip(why, texts, strict=True))


@pytest.mark.parametrize(("facts", "may"), [(ASKED, True), (HUNG, False)])
def test_what_lies_above_is_not_withdrawn_from_below(facts: CaseFacts, may: bool) -> None:
    found = next(m for m in possible(facts, short(), [VILLAGER], TODAY) if m.act == "withdraw")
    assert found.is_open is may


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_nothing_happens_after_the_end(state: str) -> None:
    assert possible(replace(ASKED, state=state), short(), [VILLAGER, OFFICER], TODAY) == []


@pytest.mark.parametrize(
    ("hand", "may"),
    [
        (OFFICER, True),
        (replace(VILLAGER, user_id=9), True),
        (VILLAGER, False),
        (replace(OFFICER, division=OTHER), False),
        (Hand(5, "丁", 360732000000, "county_officer"), True),
        (Hand(5, "丁", 360732000000, "county_officer", for_user=1), False),
    ],
)
def test_a_conflict_is_reviewed_by_another_at_that_level_or_above(hand: Hand, may: bool) -> None:
    facts = replace(ASKED, state="review", held_by=1)
    found = next(m for m in possible(facts, short(), [hand], TODAY) if m.act == "review")
    assert found.is_open is may


@pytest.mark.parametrize(
    ("vote", "quorum", "majority", "count"),
    [
        (Vote(30, 20, 11, 9), "66.67", 50, 0),
        (Vote(30, 19, 19, 0), "66.67", 50, 1),
        (Vote(30, 20, 10, 10), "66.67", 50, 1),
        (Vote(30, 20, 13, 0), "66.67", 66, 1),
        (Vote(30, 20, 14, 0), "66.67", 66, 0),
        (Vote(0, 0, 0, 0), "66.67", 50, 1),
        (Vote(9, 9, 9, -1), "50", 50, 1),
    ],
)
def test_votes(vote: Vote, quorum: str, majority: int, count: int) -> None:
    assert len(vote_faults(vote, Decimal(quorum), majority, wins=True)) == count


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ({"day": "2017-03-01"}, 0),
        ({"day": date(2017, 3, 1), "count": "4"}, 0),
        ({}, 1),
        ({"day": "1 March"}, 1),
        ({"day": "2017-03-01", "count": "many"}, 1),
        ({"day": "2017-03-01", "count": True}, 1),
        ({"day": "2017-03-01", "ghost": 1}, 1),
        ({"day": "2017-06-02"}, 1),
    ],
)
def test_forms(form: dict[str, Any], count: int) -> None:
    assert len(form_faults(short().at("ask"), form, date(2017, 6, 1))) == count


@pytest.mark.parametrize(
    ("records", "place"),
    [
        ([Happened("opened", "ask")], Place("ask", "open")),
        ([Happened("opened", "ask"), Happened("decided", "ask", "refused")], Place("ask", "closed", "no_")),
        (
            [Happened("opened", "ask"), Happened("decided", "ask", "ok"), Happened("sent_back", "hang", "", "ask")],
            Place("ask", "open"),
        ),
        (
            [Happened("opened", "ask"), Happened("held", "ask", "ok"), Happened("confirmed", "ask", "ok")],
            Place("hang", "open"),
        ),
        ([Happened("opened", "ask"), Happened("suspended", "ask"), Happened("resumed", "ask")], Place("ask", "open")),
        ([], None),
        ([Happened("decided", "ask", "ok")], None),
        ([Happened("opened", "ask"), Happened("decided", "hang", "ok")], None),
        ([Happened("opened", "ask"), Happened("decided", "ask", "ghost")], None),
        ([Happened("opened", "ask"), Happened("sent_back", "ask", "", "hang")], None),
        ([Happened("opened", "ask"), Happened("suspended", "ask"), Happened("decided", "ask", "ok")], None),
        ([Happened("opened", "ask"), Happened("withdrawn", "ask"), Happened("decided", "ask", "ok")], None),
    ],
)
def test_records_lead_to_the_present_place_or_are_forbidden(records: list[Happened], place: Place | None) -> None:
    if place is None:
        with pytest.raises(Forbidden):
            replay(short(), records)
    else:
        assert replay(short(), records) == place


@pytest.mark.parametrize(
    ("start", "days", "working", "last"),
    [
        (date(2017, 9, 29), 2, True, date(2017, 10, 9)),  # 30 September is worked, 1 to 8 October are off
        (date(2017, 9, 29), 2, False, date(2017, 10, 1)),
        (date(2017, 3, 10), 5, True, date(2017, 3, 17)),
    ],
)
def test_working_days_go_by_the_calendar(start: date, days: int, working: bool, last: date) -> None:
    off = frozenset(date(2017, 10, day) for day in range(2, 7))
    calendar = Calendar(off, frozenset({date(2017, 9, 30)}), frozenset({2017}))
    assert last_day(start, days, working=working, calendar=calendar) == last
