"""Row-level security, read-only units and acts, as the app role meets them."""

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from zerentian.kernel.actor import NOBODY, Actor, system
from zerentian.kernel.acts import acting
from zerentian.kernel.db import ask_anew, guarded_update, narrowed, once_a_transaction, read_settings, unit
from zerentian.kernel.models import Act, History
from zerentian.kernel.refusal import Denied, Outrun, Refused
from zerentian.kernel.scope import Scope
from zerentian.kernel.tests.conftest import settings_now
from zerentian.kernel.tests.things import DIVISION, Paired, Thing, make_thing, rename_thing

pytestmark = pytest.mark.usefixtures("committed")


def test_direct_sql_as_the_app_role_without_a_scope_sees_nothing(officer: Actor) -> None:
    make_thing(by=officer)
    at = settings.DATABASES["default"]
    with psycopg.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"]) as raw:
        for table in ("kernel_test_thing", "kernel_act", "kernel_history", "kernel_reading", "kernel_file"):
            assert raw.execute(f"select count(*) from {table}").fetchone() == (0,), table
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(
                "insert into kernel_reading (at, who, page, rows, in_full, reason) values (now(),'','',1,'','')"
            )


def test_the_app_role_can_neither_change_nor_remove_what_is_append_only(officer: Actor) -> None:
    make_thing(by=officer)
    for sql in ("update kernel_act set who = 'x'", "delete from kernel_history", "truncate kernel_seal"):
        with unit(officer), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_an_actor_sees_and_writes_only_in_his_scope(officer: Actor, neighbour: Actor) -> None:
    thing = make_thing(by=officer)
    with unit(neighbour):
        assert not Thing.objects.exists()
        assert not History.objects.exists()
    with pytest.raises(DatabaseError, match="row-level security"):
        make_thing(by=neighbour)
    with unit(NOBODY):
        assert not Thing.objects.exists()
    with unit(officer):
        assert Thing.objects.get().pk == thing.pk


def test_nested_scopes_restore_the_outer_one_also_after_an_error(officer: Actor, neighbour: Actor) -> None:
    make_thing(by=officer)
    with unit(officer):
        with unit(neighbour):
            assert not Thing.objects.exists()
        assert Thing.objects.count() == 1
        with narrowed(Scope.of([360731000000])):
            assert not Thing.objects.exists()
        assert Thing.objects.count() == 1
        with pytest.raises(DatabaseError), unit(neighbour), connection.cursor() as cursor:
            cursor.execute("select 1/0")
        assert Thing.objects.count() == 1


def settings_there() -> list[str]:
    """What the database itself says of the open transaction."""
    names = ("lo", "hi", "ranges", "only", "user", "act")
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(f"coalesce(current_setting('zerentian.{n}', true), '')" for n in names))
        return list(cursor.fetchone())


def test_what_is_known_of_the_settings_is_what_the_database_has(officer: Actor, neighbour: Actor) -> None:
    thing = make_thing(by=officer)
    with unit(system()):
        whole = settings_there()
        assert read_settings() == whole
        with narrowed(neighbour.scope):
            assert read_settings() == settings_there() != whole
        rename_thing(thing_id=thing.pk, name="新名", reason="更正", by=officer)
        assert read_settings() == settings_there() == whole
        with unit(neighbour):  # rolled back without an exception, as a refused request is
            assert read_settings() == settings_there() != whole
            transaction.set_rollback(True)
        assert read_settings() == settings_there() == whole
        with pytest.raises(Refused), transaction.atomic(), narrowed(neighbour.scope):
            raise Refused("不行")
        assert read_settings() == settings_there() == whole
        with pytest.raises(Refused), transaction.atomic(), acting("kernel.test.make", by=officer):
            raise Refused("不行")
        assert read_settings() == settings_there() == whole
    with transaction.atomic():
        assert read_settings() == settings_there() == [""] * 6


def test_an_act_costs_two_statements_besides_its_own(officer: Actor) -> None:
    with CaptureQueriesContext(connection) as asked:
        make_thing(by=officer)
    said = [one["sql"] for one in asked.captured_queries if one["sql"] not in ("BEGIN", "COMMIT")]
    assert len(said) == 3, said


def test_an_answer_is_kept_for_one_transaction_unless_it_changes_there() -> None:
    answers = iter(range(9))
    with transaction.atomic():
        assert [once_a_transaction("test", lambda: next(answers)) for _n in range(3)] == [0, 0, 0]
        ask_anew("test")
        assert [once_a_transaction("test", lambda: next(answers)) for _n in range(2)] == [1, 2]
    with transaction.atomic():
        assert [once_a_transaction("test", lambda: next(answers)) for _n in range(2)] == [3, 3]
    assert [once_a_transaction("test", lambda: next(answers)) for _n in range(2)] == [4, 5]


def test_nothing_leaks_to_the_next_user_of_the_connection(officer: Actor) -> None:
    make_thing(by=officer)
    with pytest.raises(ValueError, match="half"), unit(officer):
        raise ValueError("half way")
    assert settings_now() == [""]
    assert not Thing.objects.exists()
    connections.close_all()  # back to the pool, and out again
    assert settings_now() == [""]


def test_a_unit_that_only_reads_refuses_every_change(officer: Actor) -> None:
    with pytest.raises(DatabaseError, match="read-only"), unit(officer, writes=False):
        make_thing(by=officer)
    with unit(system()):
        assert not Act.objects.exists()


def test_a_change_without_an_act_is_refused(officer: Actor) -> None:
    with pytest.raises(DatabaseError, match="without an act"), unit(officer):
        Thing.objects.create(division=DIVISION, name="无人", phone="")


def test_an_act_asks_the_permission_and_the_reason_and_keeps_both(officer: Actor) -> None:
    thing = make_thing(by=officer)
    with pytest.raises(Denied):
        make_thing(by=Actor(name="王五", scope=officer.scope))
    with pytest.raises(Refused, match="理由"):
        rename_thing(by=officer, thing_id=thing.pk, name="乙", reason=" ")
    rename_thing(by=officer, thing_id=thing.pk, name="乙", reason="原名写错")
    with unit(officer):
        last = Act.objects.latest("id")
        assert (last.name, last.who, last.reason) == ("test.thing.rename", "张三 兴国县扶贫办", "原名写错")
        version = History.objects.get(act_id=last.pk)
        assert (version.operation, version.before["name"]) == ("U", "甲")
        assert "13812345678" not in str(version.before)


def test_an_update_of_nothing_new_leaves_no_version(officer: Actor) -> None:
    thing = make_thing(by=officer)
    with unit(officer), acting("test.same", by=officer):
        Thing.objects.filter(pk=thing.pk).update(name="甲")
        assert History.objects.filter(operation="U").count() == 0


def test_who_comes_second_is_told_so(officer: Actor) -> None:
    thing = make_thing(by=officer)
    with pytest.raises(Outrun), unit(officer), acting("test.guard", by=officer):
        guarded_update(Thing.objects.filter(pk=thing.pk, name="别的"), name="丙")


def test_who_is_paired_with_households_sees_only_these(officer: Actor) -> None:
    with unit(officer):
        Paired.objects.bulk_create([Paired(division=DIVISION, household_id=n) for n in (1, 2, 3)])
    helper = Actor(name="帮扶人", scope=Scope.of([DIVISION], households=[2, 9]))
    for by, seen in (
        (helper, [2]),
        (officer, [1, 2, 3]),
        (Actor("无户", scope=Scope.of([DIVISION], households=[])), []),
    ):
        with unit(by):
            assert list(Paired.objects.order_by("id").values_list("household_id", flat=True)) == seen
            assert list(Paired.objects.within(by.scope).order_by("id").values_list("household_id", flat=True)) == seen
    with pytest.raises(DatabaseError, match="row-level security"), unit(helper):
        Paired.objects.create(division=DIVISION, household_id=3)
