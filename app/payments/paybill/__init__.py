"""Payments to the court's own number at an operator, under a bill's number: they come unasked, in any amount."""
