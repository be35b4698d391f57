"""A mail server that keeps every message and delivers none, and the mailbox that shows them."""
