"""Tests of what is kept for good: the chain, the history, any moment, reverts, and their check."""
