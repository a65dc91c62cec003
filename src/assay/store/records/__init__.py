"""What was said and decided, kept for good: the hash chain, the history, any moment, reverts, and their check.

Everything here reads append-only rows (see ``chain.SEALED``) and, for reverts, adds to them. What follows
from those rows (who is in force, counters, slots) is derived, and ``rebuild`` computes it anew.
"""
