"""A department's own board, the rules that are mostly wrong, and what differs between register and department."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zerentian.accounts.models import RoleGrant
from zerentian.accounts.tests.cast import actor_of_cast, user_of
from zerentian.exchange import queries, services
from zerentian.exchange.models import Clue, ClueEvidence, Reply
from zerentian.exchange.queries.calendar import calendar
from zerentian.exchange.queries.doubtful import doubtful_rules
from zerentian.exchange.tests.factories import HEAD, NUMBER, delivered, matched, raised, row
from zerentian.exchange.views.records import pieces_of
from zerentian.kernel.actor import system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import unit
from zerentian.organisations.models import Body
from zerentian.procedures.services import today_of
from zerentian.registry.models import Household, Person
from zerentian.registry.tests.factories import identity, make_household, make_person

pytestmark = pytest.mark.django_db
PROVINCE = 360000000000


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return str(answer.content.decode())


def works_for(department: str) -> None:
    """The department officer of the cast has his post at the province's body of that line."""
    user = user_of("department")
    with unit(system()), acting("test.body", by=system(), reason="测试"):
        body = Body.objects.create(
            division=PROVINCE, level=1, kind="department", department=department, name=department
        )
        RoleGrant.objects.filter(user=user).update(body_id=body.pk)


def settled(prices: dict[int, str]) -> None:
    """One car a household, by its price, settled by the conclusion."""
    lines = ""
    for n, price in enumerate(prices):
        number = identity(date(1970, 1, 1 + n), serial=20 + n)
        with unit(system()):
            make_person(make_household(), id_number=number, name=f"村民{n}")
        lines += row(f"赣B{n:05d}", number, price=str(price))
    delivered(HEAD + lines)
    matched()
    with unit(system()):
        shown = dict(ClueEvidence.objects.values_list("clue_id", "shown__price"))
    for clue, price in shown.items():
        services.answer_clue(
            clue_id=clue,
            conclusion=prices[int(float(price))],
            statement="派出所查询为同名登记",
            by=actor_of_cast("village"),
        )
        services.settle_clue(clue_id=clue, by=actor_of_cast("township"), note="")


def test_a_department_sees_its_deliveries_clues_and_corrections_and_nothing_else(client_of: Any) -> None:
    clue = raised()
    services.answer_clue(
        clue_id=clue.pk, conclusion="wrong_data", statement="派出所查询为同名登记", by=actor_of_cast("village")
    )
    services.settle_clue(clue_id=clue.pk, by=actor_of_cast("township"), note="请核对")
    with unit(system()), acting("test.late", by=system(), reason="测试"):
        Reply.objects.update(due_on=timezone.localdate() - timedelta(days=1))
        reply = Reply.objects.get()
    department = client_of("department")
    assert "没有要交付的数据来源" in text(department.get("/exchange/board/"))
    works_for("public_security")
    page = text(department.get("/exchange/board/"))
    with unit(system()):
        owed = calendar(actor_of_cast("department"), timezone.localdate())
    late = next(line.term.period for line in owed if line.state == "late")
    for shown in (
        "公安",
        "逾期未交",
        late,
        "全部见交付日历",
        "家庭成员名下有小轿车",
        f"/exchange/replies/{reply.pk}/",
        "已过期限",
    ):
        assert shown in page
    assert "王小明" not in page
    assert NUMBER not in page
    assert 'name="department"' not in page
    with unit(system()):
        by = actor_of_cast("department")
        lines = "\n".join(line for line, url in today_of(by, timezone.localdate()) if url == "/exchange/board/")
    assert "逾期未交数据" in lines
    assert "部门看板" in text(department.get("/"))
    assert f"/exchange/replies/{reply.pk}/" not in text(
        client_of("province").get("/exchange/board/?department=education")
    )


def test_the_province_chooses_a_department_and_the_numbers_are_those_of_the_calendar(client_of: Any) -> None:
    raised()
    province = client_of("province")
    page = text(province.get("/exchange/board/?department=public_security"))
    calendar = province.get("/exchange/calendar/?department=public_security")
    board = province.get("/exchange/board/?department=public_security").context
    counts = calendar.context["counts"]
    assert (board["on_time"], board["came_late"], board["late"]) == (
        counts["came"],
        counts["came_late"],
        counts["late"],
    )
    assert counts["late"] > 0
    assert board["board"].whole.clues == 1
    assert "家庭成员名下有小轿车" in page
    other = text(province.get("/exchange/board/?department=education"))
    assert "还没有由这些数据引出的线索" in other
    assert text(province.get("/exchange/board/?department=nonsense"))


def test_a_rule_that_is_mostly_wrong_is_shown_with_the_threshold_that_would_have_done_better(client_of: Any) -> None:
    wrong = {10_000 * n: "wrong_data" for n in range(1, 9)}
    settled(wrong | {90_000: "confirmed", 100_000: "explained"})
    with unit(system()):
        (found,) = doubtful_rules(system().scope, timezone.localdate())
        (suggestion,) = found.suggestions
        assert not doubtful_rules(system().scope, timezone.localdate(), ["public_security"])
    assert (found.rule.id, found.tally.answered, found.tally.wrong_data) == ("vehicles.car", 10, 8)
    made = suggestion.better
    assert made is not None
    assert (made.value, made.false_before, made.false_after, made.others_before, made.others_after) == (
        90_000,
        8,
        0,
        2,
        2,
    )
    page = text(client_of("province").get("/clues/figures/"))
    assert "由 0 改为 90000，数据有误的由 8 条减为 0 条，其余的由 2 条变为 2 条" in page
    assert "改为 90000" not in text(client_of("county").get("/clues/figures/"))


def test_few_or_mostly_right_clues_say_nothing_about_a_rule() -> None:
    settled({10_000: "wrong_data", 20_000: "wrong_data", 30_000: "confirmed"})
    with unit(system()):
        assert not doubtful_rules(system().scope, timezone.localdate())


@pytest.mark.parametrize(
    ("rule", "shown", "fields", "differs"),
    [
        ("disability.kind_grade", {"kind": "肢体", "grade": "2"}, {"disability_kind": "physical", "disability_grade": "grade_1"}, ["grade"]),
        ("disability.kind_grade", {"kind": "视力", "grade": "1"}, {"disability_kind": "physical", "disability_grade": "grade_1"}, ["kind"]),
        ("disability.unregistered", {"kind": "视力", "grade": "1"}, {}, ["kind", "grade"]),
        ("school_roll.stage", {"stage": "初中"}, {"school_status": "junior_8"}, []),
        ("school_roll.stage", {"stage": "初中"}, {"school_status": "primary"}, ["stage"]),
        ("dangerous_housing.grade", {"grade": "B"}, {}, []),  # the household of the tests has grade B
        ("dangerous_housing.grade", {"grade": "D"}, {}, ["grade"]),
        ("low_income.kind", {"kind": "农村低保"}, {"has_allowance": True}, []),
        ("low_income.kind", {"kind": "农村低保"}, {"has_extreme_support": True}, ["kind"]),
        ("low_income.kind", {"kind": "特困分散供养"}, {"has_extreme_support": True}, []),
        ("low_income.kind", {"kind": "特困分散供养"}, {"has_allowance": True}, ["kind"]),
        ("low_income.attribute", {"delivered": "低保"}, {}, ["delivered"]),  # an ordinary poor household
    ],
)  # fmt: skip
def test_the_page_of_a_clue_marks_what_the_register_has_otherwise(
    rule: str, shown: dict[str, str], fields: dict[str, Any], differs: list[str]
) -> None:
    home = make_household()
    person = make_person(home, **fields)
    assert marked(rule, shown, home, person) == differs


def marked(rule: str, shown: dict[str, str], home: Household, person: Person) -> list[str]:
    """Which of the shown columns stand as different on the page."""
    settled({10_000: "changed"})
    labels = {words.zh: column for column, words in queries.rule(rule).shows}
    with unit(system()), acting("test.clue", by=system(), reason="测试"):
        clue = Clue.objects.get()
        Clue.objects.update(rule=rule, source=rule.partition(".")[0])
        ClueEvidence.objects.update(shown=shown)
        clue.refresh_from_db()
        (piece,) = pieces_of(clue, home, person)
    return [labels[line.label] for line in piece.lines if line.differs]


def test_every_value_that_a_rule_compares_has_its_codes_in_the_register() -> None:
    for source in queries.sources().values():
        fields = {field.name: field for field in source.contract.fields}
        for rule in (rule for rule in source.rules if rule.compares):
            for column, _field in rule.compares:
                values = getattr(fields.get(column), "constraints", None)
                enum = getattr(values, "enum", None) or ()
                assert set(enum) <= set(dict(rule.alike)), f"{rule.id} {column}"
