"""The cash desk: money that is handed over, the voiding of wrong entries by two people, and the close of a day."""
