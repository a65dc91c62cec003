"""Intent of a customer's message: what the person wants to happen."""

from __future__ import annotations

from typing import Final

from assay.labels.guideline import Guideline
from assay.labels.template import Template

_LABEL_CONFIG: Final = """<View>
  <Text name="message" value="$text"/>
  <Header value="What does the customer want to happen next?" size="4"/>
  <Choices name="intent" toName="message" choice="single" required="true">
    <Choice value="Ask a question" alias="question" hint="Wants information"/>
    <Choice value="Report a problem" alias="problem" hint="Something does not work"/>
    <Choice value="Change an order or account" alias="change" hint="Wants us to alter something"/>
    <Choice value="Cancel or return" alias="cancel" hint="Wants to end it or get money back"/>
    <Choice value="Complain" alias="complain" hint="Wants to be heard, asks for nothing else"/>
    <Choice value="Thank or praise" alias="praise" hint="Is satisfied, asks for nothing"/>
    <Choice value="Something else" alias="other" hint="None of the others"/>
  </Choices>
</View>
"""

_GUIDELINE: Final[Guideline] = {
    "statement": "Say what the customer wants to happen next, as if you had to hand the message to the one "
    "colleague who can do it. It is the wish that counts, not the mood and not the topic.",
    "labels": [
        {
            "control": "intent",
            "label": "question",
            "definition": "The customer wants to know something; an answer in words is enough.",
            "positive": [
                "Do you ship to Norway?",
                "How long does a refund usually take?",
            ],
            "negative": [
                "Can you change my address? (change: a request in the form of a question, R1.)",
                "Why does it crash all the time?? (problem: an answer in words is not enough, R2.)",
            ],
        },
        {
            "control": "intent",
            "label": "problem",
            "definition": "Something does not work or did not arrive, and the customer wants it put right.",
            "positive": [
                "The app closes when I open the map.",
                "My parcel is marked as delivered, but it isn't here.",
            ],
            "negative": [
                "It arrived broken, I want my money back. (cancel: the wish is the refund, R3.)",
                "The app is ugly. (complain: nothing is out of order.)",
            ],
        },
        {
            "control": "intent",
            "label": "change",
            "definition": "The customer wants us to alter an order, a booking or an account that goes on.",
            "positive": [
                "Please send it to my office instead.",
                "I'd like to switch to the yearly plan.",
            ],
            "negative": [
                "Please delete my account. (cancel: it does not go on.)",
                "How do I change my address? (question: the customer wants to do it alone, R1.)",
            ],
        },
        {
            "control": "intent",
            "label": "cancel",
            "definition": "The customer wants to end an order, a contract or an account, send something back, or get "
            "money back.",
            "positive": [
                "I don't need it any more, please cancel order 3302.",
                "Too small. How do I send it back?",
            ],
            "negative": [
                ("What is your return policy? I'm thinking of buying a coat. (question: nothing to return yet.)"),
                "One more day and I'm leaving. (complain or problem: a threat is not a wish, R4.)",
            ],
        },
        {
            "control": "intent",
            "label": "complain",
            "definition": "The customer is dissatisfied and says so, without asking for anything that can be done.",
            "positive": [
                "Third time this month that the driver was rude.",
                "Your new opening hours are a joke.",
            ],
            "negative": [
                "Terrible service. Send a new one. (problem: there is a wish, R3.)",
                "Not cheap, but I like it. (praise.)",
            ],
        },
        {
            "control": "intent",
            "label": "praise",
            "definition": "The customer is satisfied or thanks somebody, and asks for nothing.",
            "positive": [
                "Thank you Ana, that was quick!",
                "🎉🎉 works again",
            ],
            "negative": [
                "Thanks in advance for the refund. (cancel: politeness is not praise, R5.)",
                "Great job losing my parcel. (problem or complain: sarcasm, E1.)",
            ],
        },
        {
            "control": "intent",
            "label": "other",
            "definition": "A readable message that fits none of the others: job applications, advertising, wrong "
            "recipient, messages from machines.",
            "positive": [
                "We offer search-engine optimization at fair prices.",
                "I am out of office until Monday.",
            ],
            "negative": [
                "hello?? anyone there (question: wants an answer.)",
                "👍 (praise: a satisfied reply.)",
            ],
        },
    ],
    "rules": [
        {
            "id": "R1",
            "text": "Look through the form. “Can you …?” is a request when we are to do it, and a question when "
            "the customer only wants to know or to do it alone.",
        },
        {
            "id": "R2",
            "text": "A question about something that does not work is a problem, unless it asks only for a fact.",
        },
        {
            "id": "R3",
            "text": "With several wishes, take the one that needs us to act most: cancel, then change, then "
            "problem, then question. Complaint and praise count only when there is no wish.",
        },
        {
            "id": "R4",
            "text": "A wish counts only when it is stated. Threats, moods and plans are not wishes.",
        },
        {
            "id": "R5",
            "text": "Greetings, thanks and closing words do not count.",
        },
    ],
    "edge_cases": [
        {
            "id": "E1",
            "case": "Sarcasm: “Love waiting two hours in your queue.”",
            "decision": "complain: take what is meant when the text itself shows it.",
        },
        {
            "id": "E2",
            "case": "Emoji alone: “😡😡😡”",
            "decision": "complain for anger, praise for joy; other when it could be either.",
        },
        {
            "id": "E3",
            "case": "Mixed tone: “You are great, but please cancel my subscription.”",
            "decision": "cancel, by R3.",
        },
        {
            "id": "E4",
            "case": "A part of a conversation: “Yes, please do that.”",
            "decision": "other, as the wish is not in the text; flag it if such messages are common.",
        },
        {
            "id": "E5",
            "case": "The customer wants a person: “Let me talk to a human.”",
            "decision": "problem, when it follows from one that is described; otherwise other.",
        },
    ],
    "constraints": "Exactly one answer for each message. Decide from the message alone; do not assume what came "
    "before or what the customer will want afterwards.",
    "escalation": "If the rules leave two answers, choose the one that would do less harm if it were wrong, "
    "flag the task as “guideline unclear” and name both. Messages that mention danger to a person"
    " go to the lead at once.",
}

INTENT: Final = Template(
    id="intent",
    title="Intent",
    description="What a customer's message asks for, to send it to the right place. One answer for each message.",
    label_config=_LABEL_CONFIG,
    sample={
        "text": "Hi, I moved last week. Can you send my parcel to the new address instead? Order 1881.",
    },
    guideline=_GUIDELINE,
)
