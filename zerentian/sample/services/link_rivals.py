"""Other ways to find persons for rows, given the same rows in the clear: a bare join by keys, and Splink as it comes."""

import importlib
import logging
from importlib.util import find_spec
from typing import Any

import duckdb
import polars as pl

from zerentian.exchange.services.engines import MEMORY, WORKERS
from zerentian.sample.services.link_sample import SOURCES, Paths

SEED = 1
CERTAIN = 0.9  # from which probability a pair of Splink's counts


def bare_exact(paths: Paths) -> None:
    """The join by number alone, over the stored rows, its result written."""
    with _duck(paths) as duck:
        for source in SOURCES:
            duck.execute(
                f"copy (select d.row, k.person, k.household, k.division from read_parquet('{paths.rows(source)}') d"  # noqa: S608
                f" join read_parquet('{paths.people}') k on d.t = k.t and d.u = k.u)"
                f" to '{paths.folder / source}.bare' (format parquet)"
            )


def four_keys(paths: Paths) -> pl.DataFrame:
    """`row, person` where name, date of birth, sex and county are all the same."""
    target = paths.folder / "four-keys.parquet"
    with _duck(paths) as duck:
        duck.execute(
            f"copy (select r.row, p.person from read_parquet('{paths.plain_rows}') r"  # noqa: S608
            f" join read_parquet('{paths.plain_people}') p using (name, born, sex, county)) to '{target}' (format parquet)"
        )
    return pl.read_parquet(target)


def _duck(paths: Paths) -> duckdb.DuckDBPyConnection:
    spill = str(paths.folder / "spill")
    return duckdb.connect(config={"threads": WORKERS, "memory_limit": MEMORY, "temp_directory": spill})


def has_splink() -> bool:
    """Whether Splink is installed: it is in the optional part `bench`."""
    return find_spec("splink") is not None


def splink_defaults(paths: Paths) -> pl.DataFrame:
    """`row, person, score` (of 1000) of the best pair of each row, by Splink's ready-made comparisons and training.

    Nothing is set but what Splink asks for: which columns are compared by which ready-made comparison, and what pairs are
    looked at. Names are texts to it, the number one text; thresholds and levels are its own.
    """
    splink: Any = importlib.import_module("splink")
    library: Any = importlib.import_module("splink.comparison_library")
    logging.getLogger("splink").setLevel(logging.ERROR)
    by = splink.block_on
    blocks = [by("id_number"), by("name", "born"), by("born", "county"), by("name", "county")]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.NameComparison("name"), library.DateOfBirthComparison("born", input_is_string=False),
            library.LevenshteinAtThresholds("id_number"), library.ExactMatch("sex"), library.ExactMatch("county"),
        ],
        blocking_rules_to_generate_predictions=blocks, retain_matching_columns=False,
    )  # fmt: skip
    with _duck(paths) as duck:
        for name, path, id in (("asked", paths.plain_rows, "row"), ("known", paths.plain_people, "person")):
            duck.execute(
                f"create table {name} as select {id} as unique_id, name, born, sex, county, id_number from read_parquet('{path}')"  # noqa: S608
            )
        backend = splink.DuckDBAPI(connection=duck)
        tables = [backend.register(name, dataset_display_name=f"{name}_") for name in ("asked", "known")]
        linker = splink.Linker(tables, settings, log_level=logging.ERROR)
        train = linker.training
        train.estimate_probability_two_random_records_match([by("id_number"), by("name", "born", "county")], recall=0.7)
        train.estimate_u_using_random_sampling(seed=SEED)
        for rule in (by("name", "born"), by("id_number")):
            train.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=0.5)
        duck.execute(
            "copy (select unique_id_l as row, unique_id_r as person, match_probability as p from"  # noqa: S608
            f" {pairs.physical_name} qualify row_number() over (partition by unique_id_l order by match_weight desc) = 1)"
            f" to '{paths.folder / 'splink.parquet'}' (format parquet)"
        )
    found = pl.read_parquet(paths.folder / "splink.parquet")
    return found.select("row", "person", (pl.col("p") * 1000).floor().cast(pl.Int16).alias("score"))
