"""The product: draft, pay, submit, review."""
