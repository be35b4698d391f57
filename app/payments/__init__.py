"""What is owed to the court, how it is paid, and the books that prove it."""
