"""Linkage judged on rows with planted mistakes that no weight was estimated from; and the judging itself."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from zerentian.exchange.rules.weights import Model, model_of
from zerentian.kernel.bench import Report
from zerentian.registry.rules.identity import check_digit
from zerentian.rulebook.queries import law_area, parameters
from zerentian.sample.rules.link_answers import by_kind, by_stranger, curve, false, left_over, missed, verdict
from zerentian.sample.rules.lookalikes import STRANGERS, people_of_rows, register_people
from zerentian.sample.rules.slips import KINDS, leaves_enough, planted
from zerentian.sample.services import link_bench, link_rivals
from zerentian.sample.services.link_sample import TODAY, Order, Paths, estimated_weights, stages_over, write_sample

UNSEEN = 31_337


def model() -> Model:
    return model_of(parameters("exchange.link", law_area(), date(2026, 11, 1)))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return write_sample(tmp_path_factory.mktemp("link"), Order(40_000, 8_000, UNSEEN, 100))


@pytest.mark.slow
@pytest.mark.django_db
def test_what_leaves_enough_is_found_and_hardly_anybody_else(sample: Paths) -> None:
    key = pl.read_parquet(sample.key)
    with stages_over(sample) as stage:
        exact = stage.exact()
        stage.open()
        stage.linked(model())
        linked = stage.scored().filter(pl.col("score") >= model().sure).select("row", "person")
    ours = pl.concat([exact, linked])
    found, alone = verdict(key, ours), verdict(left_over(key, exact), linked)
    assert found.wanted > 5_000
    assert found.recall >= 0.97
    assert found.precision >= 0.998
    assert alone.recall >= 0.97
    assert alone.precision >= 0.998
    four = verdict(key, link_rivals.four_keys(sample))
    assert four.recall < found.recall
    assert verdict(key, exact).recall < 0.6
    listed = missed(key, ours)
    assert listed.filter("enough").height == found.wanted - found.found
    assert false(key, ours).height == found.wrong


def test_stored_rows_and_lists_name_nobody(sample: Paths) -> None:
    plain = pl.read_parquet(sample.plain_people).head(50)
    for path in (sample.people, sample.rows("hukou"), sample.rows("vehicles"), sample.key):
        content = path.read_bytes()
        for text in [*plain["id_number"].drop_nulls(), *plain["name"]]:
            assert text.encode() not in content, path


def test_every_kind_of_mistake_and_of_resemblance_is_there(sample: Paths) -> None:
    key = pl.read_parquet(sample.key)
    assert set(key["kind"]) == {"", *KINDS, "swapped+homophone"}
    assert set(key["who"]) == {"registered", *STRANGERS}
    own = key.filter(pl.col("who") == "registered")
    assert own["person"].null_count() == 0
    assert own["person"].is_unique().all()
    assert key.filter(pl.col("who") != "registered")["person"].null_count() == key.height - own.height


def test_mistakes_are_what_their_kind_says() -> None:
    rng = np.random.default_rng(5)
    persons = register_people(rng, 3_000, TODAY)
    about = people_of_rows(rng, persons, 2_500, TODAY)
    made = planted(rng, about)
    both = made.rows.join(made.key.select("row", "kind"), on="row").with_columns(
        was=about["id_number"],
        called=about["name"],
        own=about["birth_on"],
        male=about["sex"] == 1,
        home=about["county"],
    )
    for row in both.iter_rows(named=True):
        first, _, second = row["kind"].partition("+")
        number, was = row["id_number"], row["was"]
        assert (number == was) == (first == "")
        assert (number is None) == (first == "missing")
        if first == "digit":
            assert sum(a != b for a, b in zip(number, was, strict=True)) == 1
        elif first == "swapped":
            assert sorted(number) == sorted(was)
        elif first == "truncated":
            assert was.startswith(number)
        elif first == "fifteen":
            longer = number[:6] + "19" + number[6:]
            assert was == longer + check_digit(longer)
        assert (row["name"] == row["called"]) == (second not in ("homophone", "rare", "other", "short"))
        if row["full"]:
            assert (row["birth_on"] == row["own"]) == (second != "born")
            assert ((row["sex"] == "男") == row["male"]) == (second != "sex")
        assert (int(row["area"]) == row["home"]) == (second != "county")


def test_the_register_has_twins_namesakes_and_no_number_twice() -> None:
    persons = register_people(np.random.default_rng(1), 5_000, TODAY, 4)
    numbers = persons["id_number"].drop_nulls()
    assert numbers.is_unique().all()
    assert persons.height == 5_000
    assert persons["county"].n_unique() == 4
    assert 0 < 5_000 - len(numbers) < 60
    assert persons.group_by("household", "birth_on").len().filter(pl.col("len") > 1).height > 5
    assert persons["name"].is_duplicated().any()


def test_what_a_row_leaves_is_decided_by_what_is_right_in_it() -> None:
    person = {
        "person": 1,
        "name": "欧阳晓铭",
        "birth_on": date(1980, 5, 6),
        "county": 360732,
        "id_number": "360732198005060125",
    }
    brother = person | {"person": 2, "name": "欧阳晓明", "id_number": "360732198005060141"}
    persons = pl.DataFrame([person, brother | {"birth_on": date(1979, 1, 1)}], schema_overrides={"county": pl.Int32})
    twins = pl.DataFrame([person, brother], schema_overrides={"county": pl.Int32})
    whole = {"id_number": person["id_number"], "name": "欧阳晓铭", "birth_on": None, "area": "360732"}

    def enough(kind: str, register: pl.DataFrame = persons, **changes: object) -> bool:
        types: dict[str, Any] = {"id_number": pl.String, "birth_on": pl.Date}
        rows = pl.DataFrame([{"row": 1, **whole, **changes}], schema_overrides=types)
        return bool(leaves_enough(rows, pl.DataFrame([{"row": 1, "person": 1, "kind": kind}]), register)[0])

    assert enough("")
    assert enough("digit", id_number="360732198005060135")  # name, date, county
    assert not enough("missing", id_number=None)  # name and county
    assert enough("missing", id_number=None, birth_on=date(1980, 5, 6))
    assert not enough("missing", twins, id_number=None, birth_on=date(1980, 5, 6))  # whom of two who sound alike
    assert not enough("missing+born", id_number=None, birth_on=date(1981, 5, 6))
    assert enough("digit+other", id_number="360731198005060125", name="欧阳晓芬")  # nearly the name, date, last four
    assert not enough("missing+other", id_number=None, birth_on=date(1980, 5, 6), name="欧阳晓芬")


def test_links_are_judged_by_row_and_person() -> None:
    key = pl.DataFrame(
        {
            "row": [1, 2, 3, 4], "person": [10, 20, 30, None], "who": ["registered"] * 3 + ["twin"],
            "kind": ["", "digit", "missing", "digit"], "enough": [True, True, False, None],
        }
    )  # fmt: skip
    scored = pl.DataFrame({"row": [1, 2, 4], "person": [10, 30, 40], "score": [999, 960, 700]})
    links = scored.select("row", "person")
    found = verdict(key, links)
    assert (found.recall, round(found.precision, 3), found.wrong) == (0.5, 0.333, 2)
    assert [one.links for _, one in curve(key, scored, (500, 950, 999))] == [3, 2, 1]
    assert missed(key, links)["row"].to_list() == [2, 3]
    assert false(key, links)["linked"].to_list() == [30, 40]
    assert by_kind(key, links).rows() == [("", True, 1, 1), ("digit", True, 1, 0), ("missing", False, 1, 0)]
    assert by_stranger(key, links).rows() == [("twin", 1, 1)]
    assert left_over(key, links)["row"].to_list() == [3]


@pytest.mark.slow
@pytest.mark.django_db
def test_weights_in_the_rulebook_are_near_what_a_fresh_sample_gives(tmp_path: Path) -> None:
    found = estimated_weights(tmp_path, Order(40_000, 20_000, UNSEEN + 1, 100))
    known = model().weights
    assert set(found) == set(known) - {"name.differs"}
    far = {name: (value, known[name]) for name, value in found.items() if abs(value - known[name]) > 150}
    assert far == {}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_benchmark_tells_figures_curve_kinds_and_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(link_bench.ORDERS, "demo", Order(5_000, 1_000, UNSEEN))
    monkeypatch.setattr(link_bench, "has_splink", lambda: False)
    report = Report("link", "demo")
    link_bench.bench_link(scale="demo", report=report)
    text = report.as_text()
    for part in (
        "numbers and linkage",
        "plain four-key join",
        "930 (in force)",
        "digit+homophone",
        "namesake of the same day",
        "goal 30",
    ):
        assert part in text
    assert "Splink is not installed" in text
    listed = next(note for note in report.notes if note.startswith("missed: "))
    lines = Path(listed.rpartition(" in ")[2]).read_text().splitlines()
    assert lines[0] == "row,person,kind,enough"
    assert f"missed: {len(lines) - 1:,} rows" in listed


def test_splink_reads_the_same_rows(sample: Paths) -> None:
    pytest.importorskip("splink")
    links = link_rivals.splink_defaults(sample).select("row", "person")
    assert verdict(pl.read_parquet(sample.key), links).recall > 0.5
