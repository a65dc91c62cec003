"""What each role may SEE: typed bodies, written as allow-lists. A field that is not here does not leave."""
