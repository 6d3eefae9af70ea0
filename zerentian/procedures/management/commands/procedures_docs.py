"""Write or check the generated pages of procedures: a drawing of each version, and what each step asks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from zerentian.kernel.generated import keep, page, table
from zerentian.procedures import queries
from zerentian.procedures.rules.definition import Procedure, StepEntry
from zerentian.procedures.rules.diagram import Drawing, svg

LEAD = "Every version of every procedure in the shipped rule packs, with its drawing."


def pages() -> dict[str, str]:
    """docs/generated/procedures.md and the drawings beside it, from the shipped packs alone (no database)."""
    made, parts = {}, []
    for (id, version), (pack, procedure) in sorted(queries.definitions().items()):
        picture = f"procedure-{id}-{version}.svg"
        made[picture] = svg(procedure, Drawing(_english, _decider, procedure.title.en))
        until = f" to {procedure.valid_to}" if procedure.valid_to else ""
        parts.append(
            f"## {procedure.title.en} ({procedure.title.zh}): `{id}`, version {version}\n\n"
            f"Rule pack `{pack}`, article {procedure.article}, in force from {procedure.valid_from}{until}"
            f"{'' if procedure.confirmed else ', waits for confirmation'}.\n\n"
            f"![{procedure.title.en}]({picture})\n\n" + _steps(procedure)
        )
    made["procedures.md"] = page("Procedures", LEAD, "\n".join(parts))
    return made


def _english(entry: object) -> str:
    return str(getattr(entry, "en", ""))


def _decider(step: StepEntry) -> str:
    return f"{step.by.level}: {', '.join((*step.by.roles, *step.by.posts))}"


def _steps(procedure: Procedure) -> str:
    rows = []
    for step in procedure.steps:
        asks = [f"{one.kind} × {one.count}" for one in step.evidence]
        asks += [f"vote (quorum {step.meeting.quorum})"] if step.meeting else []
        asks += [f"notice {step.notice.kind} ({step.notice.days})"] if step.notice else []
        limit = (step.limit.parameter or f"{step.limit.days} days") if step.limit else ""
        outcomes = [f"{one.title.en} → {one.to or one.ends}" for one in step.outcomes]
        rows.append((step.title.en, _decider(step), "; ".join(asks), limit, "; ".join(outcomes)))
    return table(("step", "decided by", "asks for", "time limit", "outcomes"), rows)


class Command(BaseCommand):
    """`zerentian procedures_docs [--check]`."""

    help = "Write docs/generated/procedures.md and its drawings; with --check only say whether they are current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Check instead of write."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the pages, or fail when one differs."""
        with translation.override("en"):
            stale = keep(pages(), check=check)
        if check and stale:
            raise CommandError(f"{', '.join(stale)}: not current, run `zerentian docs`")
