"""Everything anyone may do, on one screen; roles in accounts.rules are lists of these."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may allow."""

    # territory
    DIVISION_VIEW = "division.view"
    DIVISION_CHANGE = "division.change"
    # organisations
    BODY_VIEW = "body.view"
    BODY_CHANGE = "body.change"
    APPOINTMENT_CHANGE = "appointment.change"
    APPOINTMENT_APPROVE = "appointment.approve"
    PHONE_VIEW = "phone.view"
    # accounts
    USER_MANAGE = "user.manage"
    ROLE_GRANT = "role.grant"
    TOKEN_ISSUE = "token.issue"
    # rulebook
    RULEBOOK_VIEW = "rulebook.view"
    RULEBOOK_LOAD = "rulebook.load"
    OVERLAY_CHANGE = "overlay.change"
    INTERPRETATION_ASK = "interpretation.ask"
    INTERPRETATION_ANSWER = "interpretation.answer"
    # registry
    HOUSEHOLD_VIEW = "household.view"
    HOUSEHOLD_CHANGE = "household.change"
    HOUSEHOLD_EXPORT = "household.export"
    REGISTRY_IMPORT = "registry.import"
    VILLAGE_CHANGE = "village.change"
    PERSONAL_REVEAL = "personal.reveal"
    # assessment
    LEDGER_VIEW = "ledger.view"
    LEDGER_EXPORT = "ledger.export"
    LEDGER_RECOMPUTE = "ledger.recompute"
    DISPUTE_RAISE = "dispute.raise"
    DISPUTE_DECIDE = "dispute.decide"
    # kernel
    RUN_VIEW = "run.view"
    AUDIT_VIEW = "audit.view"
    SYSTEM_OPERATE = "system.operate"
    API_USE = "api.use"
