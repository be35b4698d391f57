"""Measurements whose ratios hold on any machine: each script compares two things in one run.

`python -m benchmarks` runs them all; `python -m benchmarks.case_page` one of them. docs/benchmarks.md has the figures.
"""
