"""What a record of the register is asked about: one condition and one sentence each."""

from zerentian.registry.rules.quality.declared import Rule
from zerentian.registry.rules.quality.households import HOUSEHOLDS
from zerentian.registry.rules.quality.incomes import INCOMES
from zerentian.registry.rules.quality.persons import PERSONS

RULES: dict[str, Rule] = {rule.id: rule for rule in (*HOUSEHOLDS, *PERSONS, *INCOMES)}

__all__ = ["RULES", "Rule"]
