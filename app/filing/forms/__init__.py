"""The forms of the filing journey, one module a section. Each turns what was typed into the part of the answers."""
