"""Benchmarks of the statistics, each beside a peer in the same run."""
