"""Real servers that are killed, stopped, starved and filled up."""
