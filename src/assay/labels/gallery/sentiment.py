"""Sentiment of a text: positive, neutral or negative."""

from __future__ import annotations

from typing import Final

from assay.labels.guideline import Guideline
from assay.labels.template import Template

_LABEL_CONFIG: Final = """<View>
  <Text name="text" value="$text"/>
  <Header value="What does the writer say about the subject?" size="4"/>
  <Choices name="sentiment" toName="text" choice="single" showInline="true" required="true">
    <Choice value="Positive" background="#2a7f62" hint="Praise, satisfaction, a recommendation"/>
    <Choice value="Neutral" background="#6b7280" hint="Facts, questions, or praise and blame in balance"/>
    <Choice value="Negative" background="#b3541e" hint="Criticism, disappointment, a warning"/>
  </Choices>
</View>
"""

_GUIDELINE: Final[Guideline] = {
    "statement": "Read the whole text and say how its writer judges the subject: the product, place, person or"
    " event that the text is about. Answer for the writer, not for yourself and not for an "
    "average reader.",
    "labels": [
        {
            "control": "sentiment",
            "label": "Positive",
            "definition": "On the whole the writer is satisfied: praises, enjoys, recommends, or reports that it does "
            "what was hoped for.",
            "positive": [
                "Best headphones I have owned, and they cost half as much.",
                "A little pricey, but worth every cent.",
                "Does exactly what the box says. Would buy again.",
            ],
            "negative": [
                "Great, it broke on the first day. (Negative: the praise is sarcastic, R3.)",
                "It should be good once it arrives. (Neutral: a hope is not a judgment, R4.)",
            ],
        },
        {
            "control": "sentiment",
            "label": "Neutral",
            "definition": "The text holds no judgment of the subject (facts, questions, plans), or praise and blame of "
            "about the same weight with no conclusion.",
            "positive": [
                "The phone comes with a charger and two cables.",
                "Does it work with the older model?",
                "Picture is excellent, sound is terrible.",
            ],
            "negative": [
                "Sound could be better, but I love this television. (Positive: it ends in a conclusion, R2.)",
                ("It works. Nothing more to say for the price they ask. (Negative: the price is the complaint, R5.)"),
            ],
        },
        {
            "control": "sentiment",
            "label": "Negative",
            "definition": "On the whole the writer is dissatisfied: criticizes, regrets, warns others, or reports that "
            "it does not do what it should.",
            "positive": [
                "Stopped working after three weeks and nobody answers my mails.",
                "Not what I was hoping for.",
                "Nice color. That is the only good thing about it.",
            ],
            "negative": [
                "I was afraid it would be too small, but it fits. (Positive: the fear did not come true, R4.)",
                ("The movie is about a terrible war. (Neutral: the subject matter is terrible, not the movie, R1.)"),
            ],
        },
    ],
    "rules": [
        {
            "id": "R1",
            "text": "Judge what is said about the subject, not whether the topic is pleasant or the words are strong.",
        },
        {
            "id": "R2",
            "text": "When praise and blame are mixed, the writer's own conclusion decides (would buy again, would"
            " return it, stars). Without a conclusion, the side with clearly more weight decides; if "
            "neither has, answer Neutral.",
        },
        {
            "id": "R3",
            "text": "Sarcasm and irony count as what is meant, when the text itself shows it. If only tone of "
            "voice could tell, take the words as they stand.",
        },
        {
            "id": "R4",
            "text": "Only judgments of what did happen count. Hopes, fears, plans and reports of what others "
            "think are Neutral unless the writer takes sides.",
        },
        {
            "id": "R5",
            "text": "A judgment of price, delivery, packaging or service counts like one of the subject itself.",
        },
        {
            "id": "R6",
            "text": "Emoji, stars and exclamation marks are part of the text. They decide when the words do not; "
            "against clear words they count only as a sign of sarcasm.",
        },
    ],
    "edge_cases": [
        {
            "id": "E1",
            "case": "Sarcasm: “Oh wonderful, another update that deletes my photos.”",
            "decision": "Negative, by R3: the text itself shows that the praise is not meant.",
        },
        {
            "id": "E2",
            "case": "Emoji alone, or emoji that carry the judgment: “Arrived today 😍”",
            "decision": "Positive, by R6: the words are neutral, so the emoji decides. 🙃 and 🙄 usually mark sarcasm.",
        },
        {
            "id": "E3",
            "case": "Mixed tone: “Camera superb, battery poor, keeping it anyway.”",
            "decision": "Positive, by R2: keeping it is the conclusion.",
        },
        {
            "id": "E4",
            "case": "Comparison: “Better than the last model, which says little.”",
            "decision": "Negative, by R1: the writer's judgment of this one is low. A plain “better than X” is "
            "Positive.",
        },
        {
            "id": "E5",
            "case": "Negation: “not bad at all”, “can't complain”.",
            "decision": "Positive: take the phrase as people use it, not word by word.",
        },
        {
            "id": "E6",
            "case": "Praise of something else: “My old one was perfect.”",
            "decision": "Neutral, by R1, unless the text makes it a complaint about the new one.",
        },
        {
            "id": "E7",
            "case": "A text that is cut off, in a language you do not read, or not about anything.",
            "decision": "Skip it and say why; do not guess.",
        },
    ],
    "constraints": "Exactly one answer for each text. Use nothing but the text: do not look up the product and "
    "do not guess what came before. If you hesitate for more than half a minute, decide by the "
    "rules in order.",
    "escalation": "If no rule decides, flag the task as “guideline unclear” with a sentence on what is missing,"
    " choose the answer that you find more likely, and set a low confidence. Flagged tasks are "
    "discussed with the lead, and the decision becomes a rule or an edge case here.",
}

SENTIMENT: Final = Template(
    id="sentiment",
    title="Sentiment",
    description="What a text says about its subject: positive, neutral or negative. One answer for each text.",
    label_config=_LABEL_CONFIG,
    sample={
        "text": "The battery easily lasts two days, but the speaker is too quiet to use outside.",
    },
    guideline=_GUIDELINE,
)
