"""What a person at the terminal is told when something can't go on."""


class Complaint(Exception):
    """Work can't go on; the message says why and what to do, in a line or two, and is shown without a traceback."""
