"""Papers as PDF, by typst: one door for every room that prints.

Every paper is tagged, PDF/A-2a and PDF/UA-1, in the reader's language, from bundled fonts only; the same content at
the same moment gives the same bytes, so that a paper can be told by its hash.
"""
