"""What every browser test may use."""

from tests.browser.team import make_team

__all__ = ["make_team"]
