"""Pages for the person who tests: handsets, the mailbox, faults, books. Each says that no money moves."""
