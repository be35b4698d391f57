"""Loads a world file: people and filings in any state, made by the same commands that the pages use. docs/world.md.

`reading.read_world` checks the file whole and names file, line and field of a mistake; `loader.load_world` plays it,
once, in the order of its times; `signins.table` says who can sign in. Never in production.
"""
