"""Money that came for a bill that we don't know: it is in the books, and waits for somebody to say whose it is."""
