"""Does the queued work: one child process for short and one for long jobs, started again when one dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from zerentian.kernel import server
from zerentian.kernel.jobs import QUEUES, resume_stalled

log = logging.getLogger(__name__)

WATCH = 2  # seconds between two looks at the children and the database
HEARTBEAT = 10  # seconds
GIVEN_UP = 120  # seconds without a heartbeat after which a worker's jobs are taken from it
SLOWEST_RESTART = 30.0  # seconds


class Command(BaseCommand):
    """`zerentian worker`: runs until stopped; SIGTERM lets the jobs at hand finish."""

    help = "Does queued work (imports, recomputation, exports)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", choices=QUEUES, help="only this queue, in this process")
        parser.add_argument("--parent", type=int, help="stop when this process is gone")
        parser.add_argument(
            "--until-idle", action="store_true", help="do what is queued, nothing by the clock, and stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            threading.Thread(target=leave_with, args=[options["parent"]], daemon=True).start()
        if options["queue"] or options["until_idle"]:
            work(
                [options["queue"]] if options["queue"] else list(QUEUES),
                wait=not options["until_idle"],
            )
        else:
            Supervisor().run()


def leave_with(parent: int) -> None:
    """Stop this process, after the job at hand, when its supervisor is gone: a new one starts its own children."""
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


def revive() -> None:
    """Start the embedded database again when it was killed; the site and the workers connect again by themselves."""
    try:
        if settings.EMBEDDED and server.crashed(settings.ZERENTIAN_HOME):
            log.error("the embedded database was killed; starting it again")
            server.ensure(settings.ZERENTIAN_HOME)
    except server.ServerError as error:
        log.error("the embedded database does not start: %s", error)


def work(queues: list[str], *, wait: bool) -> None:
    """Work on the queues in this process; first put back what a killed process left.

    Without `wait` only what is queued is done: nothing is begun because the clock has come to it.
    """
    resume_stalled()
    connections.close_all()
    with app.replace_connector(DjangoConnector(alias="default").get_worker_connector()) as worker_app:
        if not wait:
            worker_app.periodic_defaults = {"max_delay": -1}  # every hour of the clock is past
        worker_app.run_worker(
            queues=queues,
            wait=wait,
            concurrency=1,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=GIVEN_UP,
            delete_jobs="successful",
            listen_notify=wait,
        )


class Supervisor:
    """Keeps one child per queue alive, so that a killed or exhausted one costs seconds, not the night."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> None:
        """Start the children and watch them until a signal stops all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        pauses = dict.fromkeys(QUEUES, 0.0)
        while not self.stopping:
            for queue in QUEUES:
                child = self.children.get(queue)
                if child is not None and child.poll() is None:
                    continue
                if child is not None:
                    log.error(
                        "worker of queue %s ended with %s; starting another",
                        queue,
                        child.returncode,
                    )
                    time.sleep(pauses[queue])
                    pauses[queue] = min(SLOWEST_RESTART, pauses[queue] * 2 + 1)
                self.children[queue] = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "zerentian.config.command",
                        "worker",
                        "--queue",
                        queue,
                        "--parent",
                        str(os.getpid()),
                    ]
                )
            time.sleep(WATCH)
            revive()
        for child in self.children.values():
            child.wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
