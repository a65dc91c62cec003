"""The fixtures of this folder."""

from tests.api.fixtures import _few_log_lines, small_world, world

__all__ = ["_few_log_lines", "small_world", "world"]
