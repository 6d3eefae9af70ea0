"""How a quality rule is declared."""

from dataclasses import dataclass

FAULT, QUESTION = "fault", "question"


@dataclass(frozen=True, slots=True)
class Rule:
    """One question to a record.

    `condition` is SQL over h (household), m (its members in sum), i (its newest income) and, for a person, p and
    p.age; %(name)s is the rulebook's quality.<name with dots for double underscores>. `field` is the one to correct.
    """

    id: str
    group: str  # completeness | validity | consistency | timeliness
    subject: str  # household | person | income
    sentence: str
    sentence_en: str
    todo: str
    field: str
    condition: str
    severity: str = QUESTION  # fault: the record can't be right; question: somebody has to look
