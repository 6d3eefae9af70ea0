"""Long work: progress, refusals, results, cancelling, and a worker killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from tests.databases import addresses
from zerentian.kernel import jobs, services
from zerentian.kernel.actor import Actor, system
from zerentian.kernel.db import unit
from zerentian.kernel.files import open_file, require_download
from zerentian.kernel.models import Act, File, Reading, Run
from zerentian.kernel.permissions import Permission
from zerentian.kernel.refusal import Denied
from zerentian.kernel.scope import Scope
from zerentian.kernel.tests.things import Thing
from zerentian.kernel.work import Work

pytestmark = pytest.mark.usefixtures("committed")

_WORKER = """
import django; django.setup()
from django.core.management import call_command
from zerentian.kernel import actor, permissions, scope
from zerentian.kernel.tests import things
actor._builders[:] = [lambda u, p: actor.Actor(name="张三", user_id=u, post_id=p,
    scope=scope.Scope.of([360732000000]), permissions=frozenset({permissions.Permission.HOUSEHOLD_CHANGE}))]
call_command("worker", until_idle=True)
"""


def worker(home: Path) -> subprocess.Popen[bytes]:
    """A worker process on this test's database, that stops when nothing is queued."""
    return subprocess.Popen([sys.executable, "-c", _WORKER], env={**addresses(), "ZERENTIAN_HOME": str(home)})


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where status = 'todo'")
        return int(cursor.fetchone()[0])


def things(by: Actor) -> list[str]:
    with unit(by):
        return list(Thing.objects.order_by("id").values_list("name", flat=True))


def test_a_run_shows_progress_counts_refusals_and_its_result(officer: Actor) -> None:
    run = jobs.perform("test.steps", title="二十五步", by=officer, upto=25)
    assert (run.status, run.done, run.total, run.counts, run.refused) == ("done", 25, 25, {"even": 13}, 3)
    assert run.refusals[0] == {"where": "第 3 行", "text": "逢三不收", "article": ""}
    assert (run.who, run.division, run.note) == ("张三 兴国县扶贫办", 360732000000, "第 24 步")
    with unit(officer):
        assert open_file(run.file_id).read_text() == "做完了"
        assert Reading.objects.get().rows == 25  # what a job shows in its result is a reading too
        assert set(Act.objects.filter(name="test.step").values_list("run_id", flat=True)) == {run.pk}


def test_where_a_run_is_and_what_it_counted_is_said_in_the_reader_s_language() -> None:
    run = Run(note="%s：已读 %s 行\t未通过\t1,234", counts={"事项·变更": 3, "自己的话": 1})
    assert run.spoken_note == "未通过：已读 1,234 行"
    with override("en"):
        assert run.spoken_note == "Refused: 1,234 rows read"
        assert run.spoken_counts == [("Entries·Change", 3), ("自己的话", 1)]
    assert Run(note="做到 100%").spoken_note == "做到 100%"


def test_a_run_whose_earlier_work_was_lost_counts_from_the_start(officer: Actor) -> None:
    done = jobs.perform("test.steps", title="丢", by=officer, upto=4)
    work = Work(done, connection)
    assert (work.cursor, work.run.done, work.run.refused) == (4, 4, 1)
    work.start_over()
    assert (work.cursor, work.run.done, work.run.counts, work.run.refused, work.run.refusals) == (0, 0, {}, 0, [])


def test_the_job_is_queued_with_the_act_or_not_at_all(officer: Actor) -> None:
    with unit(officer):
        jobs.start("test.steps", title="不成", by=officer, upto=1)
        transaction.set_rollback(True)
    assert (Run.objects.count(), queued()) == (0, 0)
    with unit(officer):
        jobs.start("test.steps", title="成", by=officer, upto=1)
        assert queued() == 1


def test_the_same_work_waits_only_once(officer: Actor) -> None:
    with unit(officer):
        first = jobs.start("test.steps", title="一", by=officer, once="steps:36", upto=1)
        second = jobs.start("test.steps", title="二", by=officer, once="steps:36", upto=1)
    assert first.pk == second.pk
    assert queued() == 1
    jobs.run_here(first)
    with unit(officer):
        assert jobs.start("test.steps", title="三", by=officer, once="steps:36", upto=1).pk != first.pk


@pytest.mark.parametrize(("how", "says"), [("refused", "这批数据不能办；请先核对"), ("broken", "程序出错，错误号")])
def test_a_bad_end_is_a_sentence(officer: Actor, how: str, says: str) -> None:
    run = jobs.perform("test.wrong", title="坏", by=officer, how=how)
    assert run.status == "failed"
    assert run.error.startswith(says)
    assert "Traceback" not in run.error
    assert "KeyError" not in run.error


def test_a_waiting_run_is_cancelled_at_once_and_a_working_one_after_its_step(officer: Actor) -> None:
    with unit(officer):
        waiting = jobs.start("test.steps", title="等", by=officer, upto=5)
    services.cancel_run(run_id=waiting.pk, by=officer)
    assert jobs.run_here(waiting).status == "cancelled"
    with unit(officer):
        working = jobs.start("test.steps", title="做", by=officer, upto=5)
    Run.objects.filter(pk=working.pk).update(cancel_asked=True, status="working")
    assert jobs.run_here(working).status == "cancelled"
    assert things(officer) == []
    with pytest.raises(Denied):
        services.cancel_run(run_id=working.pk, by=Actor(name="外人", user_id=99, scope=officer.scope))


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_is_resumed(officer: Actor, home: Path) -> None:
    with unit(officer):
        run = jobs.start("test.steps", title="慢", by=officer, upto=40, pause=0.05)
    killed = worker(home)
    for _ in range(200):
        run.refresh_from_db()
        if run.done >= 5:
            break
        time.sleep(0.1)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    run.refresh_from_db()
    assert run.status == "working"
    assert 5 <= len(things(officer)) < 40
    assert worker(home).wait(timeout=60) == 0
    run.refresh_from_db()
    assert (run.status, run.done, run.counts, run.refused, run.attempts) == ("done", 40, {"even": 20}, 4, 2)
    assert things(officer) == [str(n) for n in range(40)]


def test_a_worker_that_stops_when_idle_begins_nothing_by_the_clock(officer: Actor, home: Path) -> None:
    with unit(officer):
        run = jobs.start("test.steps", title="排队", by=officer, upto=1)
    assert worker(home).wait(timeout=60) == 0
    run.refresh_from_db()
    assert run.status == "done"
    with connection.cursor() as cursor:  # each minute something is due
        cursor.execute("select count(*) from procrastinate_periodic_defers")
        assert cursor.fetchone() == (0,)


def test_a_run_that_kills_every_worker_is_given_up_with_a_sentence(officer: Actor) -> None:
    with unit(officer):
        run = jobs.start("test.steps", title="毒", by=officer, upto=1)
    Run.objects.filter(pk=run.pk).update(status="working", attempts=jobs.MOST_ATTEMPTS)
    assert jobs.resume_stalled() == 0
    run.refresh_from_db()
    assert run.status == "failed"
    assert "已停止重试" in run.error


def test_more_refusals_than_fit_are_in_a_file(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zerentian.kernel.work.SHOWN_REFUSALS", 2)
    run = jobs.perform("test.steps", title="多", by=officer, upto=40)
    assert (len(run.refusals), run.refused) == (2, 4)
    with unit(officer):
        listed = open_file(run.refusal_file_id).read_text("utf-8-sig").splitlines()
    assert listed[0] == "位置,原因,依据"
    assert listed[4] == "第 33 行,逢三不收,"


def test_a_result_goes_to_who_asked_and_to_operators_of_the_area(officer: Actor) -> None:
    run = jobs.perform("test.steps", title="果", by=officer, upto=1)
    with unit(system()):
        made = File.objects.get(pk=run.file_id)
    require_download(made, officer)
    require_download(made, system())
    with pytest.raises(Denied):
        require_download(made, Actor(name="同县", user_id=9, scope=officer.scope))
    elsewhere = Actor(name="邻县", user_id=10, scope=Scope.of([360731000000]), permissions=frozenset(Permission))
    with unit(elsewhere), pytest.raises(File.DoesNotExist):
        open_file(run.file_id)
