"""Reconciliation: our books beside what the provider says and what the bank got, by provider and day."""
