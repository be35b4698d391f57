"""Cases: registration and numbers, parties, appearances, access, docket."""
