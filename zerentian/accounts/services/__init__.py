"""Acts on users, roles, passwords, second factors, sign-ins and API tokens."""

from zerentian.accounts.services.demo import DEMO_PASSWORD, demo_accounts, load_demo_accounts
from zerentian.accounts.services.roles import grant_role, withdraw_role
from zerentian.accounts.services.signing import (
    begin_second_factor,
    change_password,
    confirm_second_factor,
    note_sign_in,
)
from zerentian.accounts.services.tokens import digest_of, issue_token, note_token_use, revoke_token
from zerentian.accounts.services.users import create_user, remove_second_factor, reset_password, set_active

__all__ = [
    "DEMO_PASSWORD",
    "begin_second_factor",
    "change_password",
    "confirm_second_factor",
    "create_user",
    "demo_accounts",
    "digest_of",
    "grant_role",
    "issue_token",
    "load_demo_accounts",
    "note_sign_in",
    "note_token_use",
    "remove_second_factor",
    "reset_password",
    "revoke_token",
    "set_active",
    "withdraw_role",
]
