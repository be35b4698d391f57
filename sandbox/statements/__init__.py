"""Statements of account, as operators and the court's bank give them to an accountant, by day in Kigali."""
