"""Floor 0: ids, clock, errors, registry, limits, settings. Imports nothing of ours."""
