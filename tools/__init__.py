"""Scripts of the build and the checks; none of them is installed. Run one with ``python -m tools.NAME``."""
