"""Read deliveries from departments' databases."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zerentian.exchange import services
from zerentian.exchange.models import Delivery
from zerentian.kernel.actor import system
from zerentian.kernel.db import unit
from zerentian.kernel.models import Run
from zerentian.kernel.refusal import Refused
from zerentian.kernel.scope import parse_code


class Command(BaseCommand):
    """Lists what is set up; with a source and a period, reads it and has it checked."""

    help = "Read a source from a department's PostgreSQL (exchange/reads.yaml). Without a source: list what is set up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which source, for which period."""
        parser.add_argument("source", nargs="?")
        parser.add_argument("--period", help="2016-Q3, 2016-05 …")
        parser.add_argument("--area", help="code of the area, where a source is read for several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, deliver, check, say what became of it."""
        try:
            if not options["source"]:
                for read in services.reads():
                    self.stdout.write(f"{read.source} {read.division} {read.connection} {read.kind}")
                return
            if not options["period"]:
                raise Refused("请用 --period 写明所属期")
            self._read(options["source"], options["period"], parse_code(options["area"]) if options["area"] else None)
        except (Refused, ValueError) as error:
            raise CommandError(str(error)) from error

    def _read(self, source: str, period: str, area: int | None) -> None:
        by = system("数据库读取")
        run = services.read_here(source=source, period=period, area=area, by=by)
        if run.status != Run.Status.DONE:
            raise Refused(run.error)
        receipt = run.note.rsplit("\t", 1)[-1]
        with unit(by, writes=False):
            made = Delivery.objects.get(receipt=receipt)
        if made.state == Delivery.State.CHECKING:
            services.take_in_here(delivery_id=made.pk, by=by)
            with unit(by, writes=False):
                made.refresh_from_db()
        counted = f"读入 {made.row_count} 行，收妥 {made.good} 行，不合格 {made.refused} 行"
        self.stdout.write(f"{made.receipt} {made.get_state_display()}：{counted}")
        for reason in made.reasons:
            self.stdout.write(f"  {reason}")
        if made.state == Delivery.State.REFUSED:
            raise CommandError("这次交付被退回")
