"""Fee schedules that are drafted and approved on the desk, and lie over the pack's from their day of force."""
