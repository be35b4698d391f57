"""Who may sit at the desk. The staff roles of an actor have always passed a second factor."""

from app.accounts.policies import staff
from app.accounts.roles import Role

works_at_the_desk = staff(Role.REGISTRAR, Role.CHIEF_REGISTRAR)
handles_refunds = staff(Role.ACCOUNTANT, Role.CHIEF_REGISTRAR, Role.CASHIER)
handles_trouble = staff(Role.CHIEF_REGISTRAR, Role.ADMINISTRATOR)
keeps_accounts = staff(Role.ACCOUNTANT, Role.CHIEF_REGISTRAR)
works_with_money = staff(Role.CASHIER, Role.ACCOUNTANT, Role.CHIEF_REGISTRAR)
takes_cash = staff(Role.CASHIER)
answers_for_fees = staff(Role.ACCOUNTANT, Role.CHIEF_REGISTRAR, Role.ADMINISTRATOR)

MONEY_ROLES = (Role.CASHIER, Role.ACCOUNTANT, Role.CHIEF_REGISTRAR)
