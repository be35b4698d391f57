"""People who pay: for somebody else by a bill's number, with or without an account, and what each has paid so far."""
