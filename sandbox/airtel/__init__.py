"""Airtel Money: collections and refunds as the Airtel Africa Open API speaks them (v1, Rwanda)."""
