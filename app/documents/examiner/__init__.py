"""The part that opens files which strangers made. It runs only as a child process of its own, with hard limits.

Started by `app.documents.checking` as `python -I -c <start> <folder of this package>`, so it shares no memory, no
database and no settings with the portal, and imports nothing of it. One job a process: JSON on stdin, JSON on stdout.
"""
