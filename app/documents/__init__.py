"""Bytes by their hash: taking files in, checking them, keeping them, showing their pages.

This room knows bytes only. Which case a document belongs to, and who may see it, is known by the room that owns the
link (filing, papers, chat); it asks its own policy first and then calls here.
"""
