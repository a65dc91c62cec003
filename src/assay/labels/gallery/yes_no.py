"""One question with the answers yes, no and can't tell."""

from __future__ import annotations

from typing import Final

from assay.labels.guideline import Guideline
from assay.labels.template import Template

_LABEL_CONFIG: Final = """<View>
  <Text name="text" value="$text"/>
  <Header value="Does the writer give a reason for the opinion?" size="4"/>
  <Choices name="answer" toName="text" choice="single" showInline="true" required="true">
    <Choice value="Yes" hotkey="y"/>
    <Choice value="No" hotkey="n"/>
    <Choice value="Can't tell" hotkey="c" hint="The text does not allow an answer"/>
  </Choices>
</View>
"""

_GUIDELINE: Final[Guideline] = {
    "statement": "Say whether the writer gives at least one reason for an opinion in the text. A reason is "
    "something that could be true or false by itself and that is meant to support the opinion.",
    "labels": [
        {
            "control": "answer",
            "label": "Yes",
            "definition": "There is an opinion, and at least one statement that supports it and goes beyond it.",
            "positive": [
                "Don't buy it, the hinge breaks within a month.",
                "My favorite café: quiet, and they let you sit for hours.",
            ],
            "negative": [
                "Don't buy it, it's bad. (No: “bad” only repeats the opinion, R1.)",
                "The hinge broke within a month. (Can't tell: no opinion is stated, R3.)",
            ],
        },
        {
            "control": "answer",
            "label": "No",
            "definition": "There is an opinion, and nothing that supports it but the opinion in other words.",
            "positive": [
                "Absolutely wonderful, I love it!",
                "Worst film of the year. Awful, simply awful.",
            ],
            "negative": [
                "Worst film of the year, I fell asleep twice. (Yes: falling asleep is a reason, R2.)",
                "Has anybody seen it? (Can't tell: a question, no opinion.)",
            ],
        },
        {
            "control": "answer",
            "label": "Can't tell",
            "definition": "The question does not apply or can't be answered: there is no opinion, or the text can be "
            "read but not understood.",
            "positive": [
                "The shop is open from nine to five.",
                "As I said before, same here.",
            ],
            "negative": [
                "Not sure whether I like it; it's loud, though. (Yes: a weak opinion with a reason.)",
                "Meh. (No: short, but an opinion.)",
            ],
        },
    ],
    "rules": [
        {
            "id": "R1",
            "text": "Saying the opinion again, in other or stronger words, is no reason.",
        },
        {
            "id": "R2",
            "text": "A reason may be weak, wrong or unfair, and may be an experience or a feeling with a cause. "
            "You do not have to agree with it.",
        },
        {
            "id": "R3",
            "text": "First look for an opinion. Without one the answer is Can't tell, whatever else is in the text.",
        },
        {
            "id": "R4",
            "text": "One reason for one opinion is enough for Yes, even when other opinions have none.",
        },
    ],
    "edge_cases": [
        {
            "id": "E1",
            "case": "Sarcasm: “Sure, the perfect gift, if you hate your friends.”",
            "decision": "No: the opinion is clear, and the joke only repeats it.",
        },
        {
            "id": "E2",
            "case": "Emoji as the reason: “Never again 🤢🦟”",
            "decision": "Yes when the emoji name a cause (here: insects); No when they show only a feeling.",
        },
        {
            "id": "E3",
            "case": "Mixed tone: praise with a reason, blame without.",
            "decision": "Yes, by R4.",
        },
        {
            "id": "E4",
            "case": "An authority as the reason: “Everybody says it's good.”",
            "decision": "Yes, by R2: it is meant to support the opinion.",
        },
        {
            "id": "E5",
            "case": "The reason is in another text: “See my review of the blue one.”",
            "decision": "No: only this text counts.",
        },
    ],
    "constraints": "Exactly one answer for each text. Can't tell is an answer, not a way to save time: it says "
    "that the text does not allow Yes or No. Texts that can't be read at all are skipped.",
    "escalation": "If you can argue for both Yes and No, flag the task as “guideline unclear”, quote the words "
    "that you are unsure about, and answer with low confidence. The lead answers in the next "
    "version of this guideline.",
}

YES_NO: Final = Template(
    id="yes_no",
    title="Yes or no",
    description="One question about each text, here whether it gives a reason for its opinion. Replace the "
    "question by yours and rewrite the guideline to fit.",
    label_config=_LABEL_CONFIG,
    sample={
        "text": "I would not go there again: we waited an hour and the soup was cold.",
    },
    guideline=_GUIDELINE,
)
