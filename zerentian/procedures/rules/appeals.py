"""Appeals: what the procedure is called for each kind of subject, and against which decision a case is."""

from collections.abc import Mapping
from typing import Any

AGAINST = "against"  # where a case keeps the number of the case that it is against, or that it takes anew
_KIND = ".appeal"


def appeal_about(subject_kind: str) -> str:
    """The procedure of an appeal against a decision about that kind of subject."""
    return f"{subject_kind}{_KIND}"


def is_appeal(kind: str) -> bool:
    """Whether a procedure is one of appeal."""
    return kind.endswith(_KIND)


def case_number(text: object) -> int | None:
    """The number of a case as somebody gives it; None where it is none."""
    given = str(text)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None


def decision_against(data: Mapping[str, Any]) -> int | None:
    """The number of the case that the data of a case name."""
    return case_number(data.get(AGAINST, ""))
