"""Floor 2: runs the statistics and says them: numbers with metric, n, interval, version, and what they mean."""
