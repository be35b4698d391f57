"""Pages that join rooms: the home page, my cases, the case page, and what the service says of itself."""
