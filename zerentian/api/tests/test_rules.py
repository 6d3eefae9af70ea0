"""The token bucket and the document, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from zerentian.api.rules.document import endpoints
from zerentian.api.rules.limit import allowance_now, seconds_until_one, seconds_until_room

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "ago", "per_minute", "free"),
    [
        (0.0, None, 120, 120.0),  # never used: full
        (0.0, 0, 120, 0.0),
        (0.0, 30, 120, 60.0),
        (100.0, 60, 120, 120.0),  # never more than the bucket holds
        (5.0, -10, 120, 5.0),  # a clock that went back gives nothing and takes nothing
    ],
)
def test_the_bucket_refills_steadily(left: float, ago: int | None, per_minute: int, free: float) -> None:
    since = None if ago is None else NOW - timedelta(seconds=ago)
    assert allowance_now(left, since, NOW, per_minute) == pytest.approx(free)


@pytest.mark.parametrize(("free", "per_minute", "seconds"), [(0.0, 60, 1), (0.0, 6, 10), (0.5, 6, 5), (0.99, 600, 1)])
def test_how_long_to_wait(free: float, per_minute: int, seconds: int) -> None:
    assert seconds_until_one(free, per_minute) == seconds


@pytest.mark.parametrize(
    ("ago", "limit", "seconds"),
    [([], 3, 0), ([1, 2], 3, 0), ([1, 2, 50], 3, 10), ([1, 2, 50, 55], 3, 10), ([0, 0], 2, 60), ([59.9], 1, 1)],
)
def test_failures_make_room_as_they_grow_old(ago: list[float], limit: int, seconds: int) -> None:
    recent = [NOW - timedelta(seconds=one) for one in ago]
    assert seconds_until_room(recent, NOW, limit) == seconds


def test_an_example_is_put_together_from_its_parts() -> None:
    schemas = {
        "Item": {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"examples": ["兴国县"]}}},
        "Page": {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
        },
    }
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
    document = {"components": {"schemas": schemas}, "paths": {"/x": {"get": {"responses": {"200": answer}}}}}
    (found,) = endpoints(document)
    assert found.example == {"items": [{"id": 0, "name": "兴国县"}]}
    assert [field.name for field in found.fields] == ["items", "items[].id", "items[].name"]
