"""What a page that breaks tells of people, so that a test can look for it in the log."""

SECRETS = ("Uwimana Gaspard", "+250788999888", "gaspard@example.org", "hunter2hunter2")
