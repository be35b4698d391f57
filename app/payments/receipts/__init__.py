"""Receipts: one for each payment that arrived, with a code by which anyone can check it."""
