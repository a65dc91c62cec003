"""Benchmarks: each of them is one command, see README.md."""
