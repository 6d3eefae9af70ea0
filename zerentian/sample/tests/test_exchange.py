"""The demonstration's answered clues are spread over every source."""

from zerentian.sample.services.exchange import by_turns


def test_each_source_has_its_turn_before_any_has_a_second() -> None:
    clues = [
        (1, "vehicles", 10),
        (2, "vehicles", 11),
        (3, "vehicles", 10),
        (4, "ships", 12),
        (5, "taxes", 10),
        (6, "taxes", 11),
    ]
    assert by_turns(clues) == [(1, 10), (4, 12), (5, 10), (2, 11), (6, 11), (3, 10)]
