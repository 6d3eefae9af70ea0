"""Receipt numbers: shown once to whoever came, kept as a token only, typed in again in any form."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read for something else
LENGTH, GROUP = 16, 4


def new_receipt() -> str:
    """A number that nobody guesses, without the dashes it is shown with."""
    return "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))


def shown_receipt(plain: str) -> str:
    """As it is shown and printed."""
    return "-".join(plain[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def plain_receipt(text: str) -> str:
    """As it was made, however it was typed in."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())[:40]
