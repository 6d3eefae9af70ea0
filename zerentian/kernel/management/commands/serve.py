"""Serves the site with gunicorn and keeps a worker beside it, until it is stopped."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from zerentian.kernel.effects import announce

WORKER_PAUSE = 5.0  # seconds before a worker that ended is started again


class Command(BaseCommand):
    """`zerentian serve`: 2 processes of 4 threads on 127.0.0.1:8000, and a worker."""

    help = "Serve the site (gunicorn), with a worker beside it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where and how much."""
        parser.add_argument("--bind", default=os.environ.get("ZERENTIAN_BIND", "127.0.0.1:8000"), help="ADDRESS:PORT")
        parser.add_argument("--processes", type=int, default=int(os.environ.get("ZERENTIAN_PROCESSES", "2")))
        parser.add_argument("--threads", type=int, default=int(os.environ.get("ZERENTIAN_THREADS", "4")))
        parser.add_argument("--no-worker", action="store_true", help="a zerentian worker runs elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both and wait; ends with the exit code of the site."""
        bind = options["bind"]
        if not bind.startswith("unix:"):
            _check_free(bind)
        greetings = [line for lines in announce("serve.greeting") for line in lines]
        connections.close_all()  # gunicorn forks; a connection must not be shared by its children
        site = subprocess.Popen(_gunicorn(bind, options["processes"], options["threads"]))
        words = [f"责任田 Zerentian: http://{bind}/", *greetings, "Ctrl-C 停止"]
        self.stdout.write("\n".join(words))
        self.stdout.flush()
        sys.exit(_Pair(site, with_worker=not options["no_worker"]).wait())


def _gunicorn(bind: str, processes: int, threads: int) -> list[str]:
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    beats = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # not on a slow disk
    return [
        sys.executable, "-m", "gunicorn", f"{module}:{name}", "--worker-class", "gthread", "--workers", str(processes),
        "--threads", str(threads), "--bind", bind, "--timeout", "120", "--graceful-timeout", "20",
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--log-level", "warning", "--no-control-socket", *beats,
    ]  # fmt: skip


def _check_free(bind: str) -> None:
    host, _, port = bind.rpartition(":")
    if not port.isdigit() or not host:
        raise CommandError(f"地址应写作 主机:端口，例如 127.0.0.1:8000；收到的是 {bind}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            why = "端口已被占用" if error.errno == errno.EADDRINUSE else str(error.strerror)
            raise CommandError(
                f"不能在 {bind} 提供服务：{why}。请换一个：zerentian serve --bind 127.0.0.1:8001"
            ) from error


class _Pair:
    """The site and its worker; when the site ends or a signal comes, both end."""

    def __init__(self, site: subprocess.Popen[bytes], *, with_worker: bool) -> None:
        self.site = site
        self.with_worker = with_worker
        self.worker: subprocess.Popen[bytes] | None = None
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def wait(self) -> int:
        """Until the site has ended; its exit code, 0 when it was asked to end."""
        started = 0.0
        while self.site.poll() is None:
            ended = self.worker is None or self.worker.poll() is not None
            if self.with_worker and not self.stopping and ended and time.monotonic() - started > WORKER_PAUSE:
                started = time.monotonic()
                self.worker = subprocess.Popen([sys.executable, "-m", "django", "worker"])
            time.sleep(0.3)
        self._stop(signal.SIGTERM, None)
        if self.worker is not None:
            self.worker.wait()
        return 0 if self.site.returncode in (0, -signal.SIGTERM) else 1

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        for child in (self.site, self.worker):
            if child is not None and child.poll() is None:
                child.send_signal(signal.SIGTERM)
