"""A synthetic province from a seed: places, names, households, persons, incomes, bodies and planted errors."""
