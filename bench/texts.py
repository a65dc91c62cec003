"""What is labeled in benchmarks: made-up reviews, some 90 characters each, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

LABELS = ("Positive", "Neutral", "Negative")
CONTROL = "sentiment"
LABEL_CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="sentiment" toName="text" choice="single">
    <Choice value="Positive"/><Choice value="Neutral"/><Choice value="Negative"/>
  </Choices>
</View>"""

_SUBJECTS = ("The charger", "This book", "The second pair", "My old kettle", "The album", "Their support", "The strap")
_VERBS = ("arrived", "worked", "felt", "broke", "looked", "held up", "got lost", "surprised me", "was returned")
_MANNERS = ("in a week", "after two days", "better than I expected", "as described", "with hardly any instructions")
_CLOSINGS = ("and I would buy it again", "so I gave it to a friend", "but the price is right", "which says it all")


def texts(count: int) -> Iterator[str]:
    """So many different texts."""
    draw = random.Random(20)
    for number in range(count):
        parts = [draw.choice(words) for words in (_SUBJECTS, _VERBS, _MANNERS, _CLOSINGS)]
        yield f"{' '.join(parts)} (order {number}, {draw.randrange(1, 9)} stars from {draw.randrange(10, 9999)})."


def result(label: str) -> list[dict[str, object]]:
    """An answer as Label Studio's result array."""
    return [{"from_name": CONTROL, "to_name": "text", "type": "choices", "value": {"choices": [label]}}]
