"""Topics of a text: any number of them."""

from __future__ import annotations

from typing import Final

from assay.labels.guideline import Guideline
from assay.labels.template import Template

_LABEL_CONFIG: Final = """<View>
  <Text name="text" value="$text"/>
  <Header value="Which topics is this text about? Choose all that apply." size="4"/>
  <Choices name="topics" toName="text" choice="multiple" required="true">
    <Choice value="Politics" hint="Government, law, elections, relations between states"/>
    <Choice value="Business" hint="Companies, work, money, markets"/>
    <Choice value="Science and technology" hint="Research, medicine as a science, software, devices"/>
    <Choice value="Health" hint="Illness, care, body and mind"/>
    <Choice value="Sport" hint="Matches, athletes, clubs"/>
    <Choice value="Culture" hint="Film, music, books, art, religion, everyday life"/>
    <Choice value="None of these" hint="Only when nothing else applies"/>
  </Choices>
</View>
"""

_GUIDELINE: Final[Guideline] = {
    "statement": "Choose every topic that the text is about. A text is about a topic when somebody who follows"
    " that topic would want to have this text, and would learn something about it.",
    "labels": [
        {
            "control": "topics",
            "label": "Politics",
            "definition": "Government, parliament, parties, elections, law and its making, courts as institutions, "
            "relations between states, war and peace.",
            "positive": [
                "Parliament passed the housing law by two votes.",
                "The two presidents met to discuss the border.",
            ],
            "negative": [
                ("The chair of the chess club was voted out. (A vote, but not public affairs: Sport if at all.)"),
                "The senator's new novel is a love story. (Culture: the office is only mentioned, R1.)",
            ],
        },
        {
            "control": "topics",
            "label": "Business",
            "definition": "Companies, trade, work and wages, prices, banks, markets, and the money side of anything.",
            "positive": [
                "The bakery chain will close forty shops by spring.",
                "Wages rose faster than prices for the first time in two years.",
            ],
            "negative": [
                "The clinic treats 300 patients a day. (Health: nothing is said about its money, R1.)",
                "She trades stamps with friends abroad. (Culture: a hobby, not commerce.)",
            ],
        },
        {
            "control": "topics",
            "label": "Science and technology",
            "definition": "Research and its results, space, nature as studied, software, devices, engineering.",
            "positive": [
                "Astronomers have measured the age of the star anew.",
                "The update makes old phones slower, tests show.",
            ],
            "negative": [
                "The phone maker's shares fell. (Business: the device itself plays no part, R1.)",
                "He filmed the match with a drone. (Sport: the device is only used.)",
            ],
        },
        {
            "control": "topics",
            "label": "Health",
            "definition": "Illness and its treatment, prevention, care, nutrition, body and mind.",
            "positive": [
                "Hospitals warn of an early flu season.",
                "Walking for twenty minutes a day lowers blood pressure, a study finds.",
            ],
            "negative": [
                "The striker is out with a knee injury. (Sport: what matters is the team, R1.)",
                ("The budget for hospitals was debated until midnight. (Politics; Health only if care is discussed.)"),
            ],
        },
        {
            "control": "topics",
            "label": "Sport",
            "definition": "Competitions, athletes, teams, clubs, and their world.",
            "positive": [
                "The home team turned the game around in the last minute.",
                "The club has signed the goalkeeper for three years.",
            ],
            "negative": [
                "More people cycle to work. (Health or Politics by its content; nobody competes.)",
                "The election is a two-horse race. (A figure of speech, R3.)",
            ],
        },
        {
            "control": "topics",
            "label": "Culture",
            "definition": "Film, music, books, theater, art, media, religion, food and customs, everyday life.",
            "positive": [
                "The festival opens with a silent film from 1926.",
                "Families here bake the bread on the first Sunday of winter.",
            ],
            "negative": [
                "The streaming service raised its price. (Business: no work is discussed.)",
                "The culture of fear in the ministry has to end. (Politics: a figure of speech, R3.)",
            ],
        },
        {
            "control": "topics",
            "label": "None of these",
            "definition": "The text is readable and is about none of the topics above.",
            "positive": [
                "The road is closed on Monday from nine to five.",
                "Light rain in the north, dry elsewhere.",
            ],
            "negative": [
                "Storm damage will cost insurers two billion. (Business.)",
                "asdf asdf (Not readable: skip the task.)",
            ],
        },
    ],
    "rules": [
        {
            "id": "R1",
            "text": "A topic needs more than a mention. Leave a topic out if its sentence could be deleted "
            "without changing what the text is about.",
        },
        {
            "id": "R2",
            "text": "Choose every topic that passes R1, and no more. Two are common, more than three are rare.",
        },
        {
            "id": "R3",
            "text": "Figures of speech do not count: a battle for the cup is not war.",
        },
        {
            "id": "R4",
            "text": "A law or public decision about a field is Politics and that field, when the text says what "
            "changes in the field.",
        },
        {
            "id": "R5",
            "text": "“None of these” stands alone: never together with another topic.",
        },
    ],
    "edge_cases": [
        {
            "id": "E1",
            "case": "Money in sport: a club is sold, a player is bought.",
            "decision": "Sport and Business when a sum or an owner is the news; Sport alone when it is about the "
            "squad.",
        },
        {
            "id": "E2",
            "case": "A medical study.",
            "decision": "Health; and Science and technology only when methods or the research itself are discussed.",
        },
        {
            "id": "E3",
            "case": "Sarcasm or satire about public figures.",
            "decision": "The topic that is mocked. Add Culture when the text is announced as satire.",
        },
        {
            "id": "E4",
            "case": "A headline alone, or a text of emoji.",
            "decision": "Choose by what is there. If it tells nothing, skip the task and say why.",
        },
        {
            "id": "E5",
            "case": "Mixed content: a news digest with five short items.",
            "decision": "Every topic that has an item of its own; R2's “no more than three” does not hold here.",
        },
    ],
    "constraints": "At least one answer for each text. “None of these” only by itself. Judge the text alone, "
    "without its source and without what you know about the event.",
    "escalation": "If two topics seem to fit one sentence equally and no rule decides, choose both, flag the "
    "task as “guideline unclear” and name the two. The lead settles it for everybody in the next "
    "version.",
}

TOPIC: Final = Template(
    id="topic",
    title="Topics",
    description="Which topics a news text is about. Any number of answers for each text.",
    label_config=_LABEL_CONFIG,
    sample={
        "text": "The city council voted to sell the old stadium to a software company for its new laboratory.",
    },
    guideline=_GUIDELINE,
)
