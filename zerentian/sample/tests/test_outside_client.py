"""Departments check their files with a public client before they deliver: it reads every contract and finds the samples whole."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Resource, Schema

from zerentian.exchange import queries
from zerentian.sample.services.deliveries import with_recipe
from zerentian.sample.tests.test_deliveries import made

SOURCES = with_recipe()


def contract_of(source: str) -> Path:
    return queries.SOURCES / source / "contract.json"


@pytest.mark.parametrize("source", sorted(queries.sources()))
def test_the_published_contract_is_a_table_schema(source: str) -> None:
    report = Schema.validate_descriptor(json.loads(contract_of(source).read_text("utf-8")))
    assert report.valid, report.flatten(["message"])


@pytest.mark.parametrize("source", SOURCES)
def test_a_sample_delivery_is_whole_to_the_public_client(source: str, tmp_path: Path) -> None:
    made(source).rows.sample(300, seed=1).write_csv(tmp_path / "rows.csv")
    schema = Schema.from_descriptor(json.loads(contract_of(source).read_text("utf-8")))
    report = Resource(path="rows.csv", basepath=str(tmp_path), schema=schema).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]


@pytest.mark.slow
def test_its_command_finds_a_wrong_row(tmp_path: Path) -> None:
    rows = made("vehicles").rows.head(50)
    rows.write_csv(tmp_path / "good.csv")
    (tmp_path / "bad.csv").write_text((tmp_path / "good.csv").read_text().replace(",正常,", ",在用,", 1))
    shutil.copy(contract_of("vehicles"), tmp_path / "contract.json")
    words = [sys.executable, "-m", "frictionless", "validate", "--schema", "contract.json"]
    for name, ends in (("good.csv", 0), ("bad.csv", 1)):
        done = subprocess.run([*words, name], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == ends, done.stdout + done.stderr
