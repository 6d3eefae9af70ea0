"""Phone numbers: a mobile number of 11 digits, or a landline with its area code."""

import polars as pl

# Spaces and hyphens between the groups of digits are how people write them; +86 is the country.
FORM = r"^(?:\+?86[ -]?)?(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8})$"


def misshapen(key: str) -> pl.Expr:
    """Rows whose phone number can't be one; an empty one is none."""
    number = pl.col(key).str.strip_chars()
    return (number != "") & ~number.str.contains(FORM)
