"""What every room stands on: database, events, queues, errors, money, language. Knows no domain."""
