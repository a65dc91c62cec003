"""Floor 5: HTTP only."""
