"""The benchmark of linkage: rows with planted mistakes against a register, beside the bare join and other ways to link."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
from django.utils import timezone

from zerentian.exchange.rules.weights import Model, model_of
from zerentian.kernel.actor import system
from zerentian.kernel.bench import Report
from zerentian.kernel.db import unit
from zerentian.kernel.effects import effect
from zerentian.kernel.files import place
from zerentian.kernel.refusal import Refused
from zerentian.rulebook.queries import law_area, parameters
from zerentian.sample.rules import link_answers as answers
from zerentian.sample.services.installing import COMMAND
from zerentian.sample.services.link_rivals import CERTAIN, bare_exact, four_keys, has_splink, splink_defaults
from zerentian.sample.services.link_sample import Order, Paths, stages_over

# Persons, rows and seed of each scale; the weights in the rulebook were estimated from another seed.
ORDERS = {
    "demo": Order(60_000, 6_000, 2016), "county": Order(400_000, 40_000, 2016), "province": Order(2_000_000, 200_000, 2016),
}  # fmt: skip
BARE, EXACT, LINKAGE = "bare exact join", "numbers, as a match joins", "linkage of what is left"
FOUR, SPLINK = "plain four-key join", "Splink's defaults"
MOST_TIMES, LEAST_RECALL, LEAST_PRECISION = 30, 0.97, 0.998
THRESHOLDS = (500, 600, 700, 750, 800, 850, 900, 930, 950, 970, 980, 990, 995, 999)

Named = dict[str, pl.DataFrame]  # what links rows → `row, person`


@effect("bench.link")
def bench_link(*, scale: str, report: Report) -> None:
    """Seconds, recall and precision of linkage, as a curve and by kind of mistake, beside other ways over the same rows."""
    order = ORDERS[scale]
    with unit(system(), writes=False):
        model = model_of(parameters("exchange.link", law_area(), timezone.localdate()))
    paths = Paths(place("bench", f"link-{scale}"))
    _written(paths, order)
    key = pl.read_parquet(paths.key)
    with report.measure(BARE, rows=order.rows):
        bare_exact(paths)
    exact, scored = _ours(report, paths, model, order.rows)
    ours = pl.concat([exact, _sure(scored, model)])
    ways: Named = {"numbers and linkage": ours, "numbers alone": exact}
    with report.measure(FOUR, rows=order.rows):
        ways[FOUR] = four_keys(paths)
    ways["numbers, then four keys"] = pl.concat([exact, answers.left_over(ways[FOUR], exact)])
    if has_splink():
        with report.measure(SPLINK, rows=order.rows):
            theirs = splink_defaults(paths)
        ways |= {f"{SPLINK}, {part} or more": _above(theirs, part) for part in (CERTAIN, 0.99, 0.999)}
    else:
        report.note("Splink is not installed (pip install 'zerentian[bench]'): it was not measured")
    report.compare(LINKAGE, BARE, goal=MOST_TIMES)
    for name in (EXACT, FOUR, SPLINK):
        if any(m.name == name for m in report.measured):
            report.compare(name, BARE)
    _told(report, key, ways)
    _curve(report, key, exact, scored, model)
    _by_kind(report, key, ours)
    _lists(report, key, ours, paths.folder)


def _written(paths: Paths, order: Order) -> None:
    """The sample, made in a process of its own, so that the memory measured is that of the linkage."""
    words = ["sample_link", "--people", str(order.people), "--rows", str(order.rows), "--seed", str(order.seed)]
    run = subprocess.run([*COMMAND, *words, "--out", str(paths.folder)], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Refused(f"样例文件没有写成：{run.stderr[-300:]}")


def _ours(report: Report, paths: Paths, model: Model, rows: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    with stages_over(paths) as stage:
        with report.measure(EXACT, rows=rows):
            exact = stage.exact()
        with report.measure(LINKAGE, rows=rows):
            stage.open()
            stage.linked(model)
        return exact, stage.scored()


def _sure(scored: pl.DataFrame, model: Model) -> pl.DataFrame:
    return scored.filter(pl.col("score") >= model.sure).select("row", "person")


def _above(scored: pl.DataFrame, part: float) -> pl.DataFrame:
    return scored.filter(pl.col("score") >= part * 1000).select("row", "person")


def _told(report: Report, key: pl.DataFrame, ways: Named) -> None:
    own, enough = key.filter(pl.col("person").is_not_null()), key.filter(pl.col("enough").fill_null(value=False))
    report.note(
        f"{key.height:,} rows: {own.height:,} about persons in the register, {enough.height:,} of which leave enough to tell"
        f" persons apart; {key.height - own.height:,} about others"
    )
    report.note("recall: of the rows that leave enough; precision: of all links")
    report.note(f"{'':32}{'recall':>10}{'precision':>11}{'F':>9}{'links':>10}{'wrong':>8}")
    for name, links in ways.items():
        report.note(f"{name:32}{_figures(answers.verdict(key, links))}")


def _figures(found: answers.Verdict) -> str:
    return f"{found.recall:>10.4f}{found.precision:>11.5f}{found.f:>9.4f}{found.links:>10,}{found.wrong:>8,}"


def _curve(report: Report, key: pl.DataFrame, exact: pl.DataFrame, scored: pl.DataFrame, model: Model) -> None:
    """By threshold, of all rows and of those alone that the number finds nobody for."""
    left = answers.left_over(key, exact)
    report.note(f"threshold{'':23}{'recall':>10}{'precision':>11}   linkage alone: recall, precision, wrong of all")
    every = sorted({*THRESHOLDS, model.sure})
    for (least, alone), (_, whole) in zip(
        answers.curve(left, scored, every), answers.curve(key, scored, every, beside=exact), strict=True
    ):
        used = " (in force)" if least == model.sure else ""
        report.note(
            f"{f'{least}{used}':32}{whole.recall:>10.4f}{whole.precision:>11.5f}"
            f"   {alone.recall:.4f}  {alone.precision:.5f}  {alone.wrong:,} of {alone.links:,}"
        )
        if least == model.sure:
            said = (whole, alone)
    for name, found in zip(("all rows", "linkage alone"), said, strict=True):
        report.require(f"{name}: recall {found.recall:.4f}, goal {LEAST_RECALL}", met=found.recall >= LEAST_RECALL)
        report.require(
            f"{name}: precision {found.precision:.5f}, goal {LEAST_PRECISION}", met=found.precision >= LEAST_PRECISION
        )


def _by_kind(report: Report, key: pl.DataFrame, ours: pl.DataFrame) -> None:
    table = answers.by_kind(key, ours)
    for enough, title in ((True, "mistake, rows that leave enough"), (False, "mistake, rows that do not")):
        report.note(f"{title:32}{'rows':>10}{'found':>10}{'recall':>10}")
        for kind, rows, found in table.filter(pl.col("enough") == enough).select("kind", "rows", "found").iter_rows():
            report.note(f"{kind or 'none':32}{rows:>10,}{found:>10,}{found / rows:>10.4f}")
    report.note(f"{'about others':32}{'rows':>10}{'linked':>10}")
    for who, rows, linked in answers.by_stranger(key, ours).iter_rows():
        report.note(f"{who:32}{rows:>10,}{linked:>10,}")


def _lists(report: Report, key: pl.DataFrame, ours: pl.DataFrame, folder: Path) -> None:
    """Every row that was missed and every link that is wrong: numbers of rows and persons, nothing of who they are."""
    lists: dict[str, Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]] = {
        "missed": answers.missed, "false": answers.false
    }  # fmt: skip
    for name, listed in lists.items():
        found = listed(key, ours)
        found.write_csv(folder / f"{name}.csv")
        report.note(f"{name}: {found.height:,} rows, all in {folder / name}.csv")
