"""What people are to the courts. Everybody with an account is a litigant; every other role is granted."""

from enum import StrEnum


class Role(StrEnum):
    """A role. Its value is the `role` of an actor's `Grant`."""

    LITIGANT = "litigant"
    ADVOCATE = "advocate"
    REGISTRAR = "registrar"
    CHIEF_REGISTRAR = "chief_registrar"
    JUDGE = "judge"
    CASHIER = "cashier"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"


AT_A_COURT = frozenset({Role.REGISTRAR, Role.CHIEF_REGISTRAR, Role.JUDGE, Role.CASHIER, Role.ACCOUNTANT})
"""Roles that are always held at one court."""

STAFF = AT_A_COURT | {Role.ADMINISTRATOR}
"""Roles that act for the court: they count only in a session opened with a second factor."""
