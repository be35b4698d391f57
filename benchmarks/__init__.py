"""Measurements whose ratios hold on any machine: each script compares two things in one run.

`make benchmarks` runs them all; `python benchmarks/case_page.py` runs one. docs/benchmarks.md has the figures.
"""
