"""Label Studio's rules for label configs, and what the outline lets through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.kernel.errors import BadInput, BadLabelConfig
from assay.labels import LABEL_TYPES, OutlineNode, parse_label_config
from assay.labels.known_tags import OTHER_CONTROL_TAGS, OTHER_OBJECT_TAGS
from assay.labels.objects import OBJECT_TAGS
from tests.labels.configs import CHOICES, choices, parsed, view


def refused(xml: str) -> BadLabelConfig:
    with pytest.raises(BadLabelConfig) as caught:
        parse_label_config(xml)
    assert caught.value.field == "label_config"
    return caught.value


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        (f'<Choices name="c" toName="t">{CHOICES}</Choices>', "outermost tag"),
        (view('<Text name="text" value="$b"/>'), 'The name "text" is used twice'),
        (view(f'<Choices name="text" toName="text">{CHOICES}</Choices>'), 'The name "text" is used twice'),
        (view(f'<Choices name="c" toName="nothing">{CHOICES}</Choices>'), '"nothing", which does not exist'),
        (view(f'<Choices name="c" toName="text,nothing">{CHOICES}</Choices>'), '"nothing", which does not exist'),
        (view(f'<Choices name="c" toName="c">{CHOICES}</Choices>'), "not something that is shown"),
        (view(f'<Choices name="c">{CHOICES}</Choices>'), "does not say what it is about"),
        (view(f'<Choices toName="text">{CHOICES}</Choices>'), "has no name"),
        (view('<Choices name="c" toName="text"></Choices>'), "has no choices"),
        (view('<Choice value="a"/>'), "outside of <Choices>"),
        (choices(inside="<Choice/>"), "has no value"),
        (choices(inside='<Choice value=" "/>'), "has no value"),
        (choices(inside='<Choice value="a"/><Choice value="a"/>'), '"a" is stored by two choices'),
        (choices(inside='<Choice value="a" alias="x"/><Choice value="x"/>'), '"x" is stored by two choices'),
        (choices(inside='<Choice value="a&#10;b"/>'), "line break"),
        (choices(inside=f'<Choice value="{"a" * 501}"/>'), "longer than 500"),
        (choices(inside="".join(f'<Choice value="{n}"/>' for n in range(1001))), "more than 1,000 choices"),
        (choices(inside='<Choice value="a"><Choice value="b"/></Choice>'), "holds other choices"),
        (choices('choice="radio"'), 'choice="radio"'),
        (choices('required="maybe"'), "neither true nor false"),
        (choices('value="$options"', ""), "takes its choices from the task's data"),
        (choices('perRegion="true"'), "answered for each region"),
        (choices('perItem="true"'), "answered for each item"),
        (choices('visibleWhen="choice-selected" whenTagName="x"'), "only under a condition (visibleWhen)"),
        (choices('whenTagName="x"'), "only under a condition (whenTagName)"),
        (f'<View visibleWhen="region-selected">{choices()}</View>', "only under a condition"),
        (choices('allowNested="1"', '<Choice value="a / b"/><Choice value="a"><Choice value="b"/></Choice>'), "same"),
        (choices(inside=f'{CHOICES}<TextArea name="x" toName="text"/>'), "where it can't be answered"),
        (choices(inside=f'{CHOICES}<Choices name="x" toName="text">{CHOICES}</Choices>'), "where it can't be answered"),
        (view(f'<Image name="i" value="$i"><Choices name="c" toName="text">{CHOICES}</Choices></Image>'), "answered"),
        ("<View><Text value='$t'/></View>", "has no name"),
        ("<View><Text name='t'/></View>", "has no value"),
        ("<View><Text name='t' value='$t' valueType='url'/></View>", "fetched from an address"),
        ("<View><Text name='t' value='$t' encoding='base64'/></View>", "is encoded"),
        ("<View><Text name='t' value='$'/></View>", "not a reference"),
        ("<View><Header/></View>", "has no value"),
        (f"<View><Image name='i' value='$i'/><Choices name='c' toName='i'>{CHOICES}</Choices></View>", "can't show"),
    ],
)  # fmt: skip
def test_refused_in_words_and_with_the_line(xml: str, says: str) -> None:
    error = refused(xml)
    assert says in error.message
    assert error.details == {"line": 1}


@pytest.mark.parametrize("tag", sorted(OTHER_CONTROL_TAGS))
def test_controls_that_are_not_offered_are_refused(tag: str) -> None:
    error = refused(view(f'<{tag} name="x" toName="text"><Label value="a"/></{tag}>'))
    assert "does not offer yet" in error.message
    assert "<Choices>" in error.action


@pytest.mark.parametrize("tag", sorted(OTHER_OBJECT_TAGS))
def test_objects_that_cannot_be_shown_stay_visible_as_a_gap(tag: str) -> None:
    config = parse_label_config(choices().removesuffix("</View>") + f'<{tag} name="x" value="$secret"/></View>')
    gap: OutlineNode = {"tag": "Unsupported", "name": tag, "attrs": {}, "children": []}
    assert gap in config.outline["children"]
    assert any(f"<{tag}>" in problem for problem in config.problems)
    assert config.data_keys == ("text",)


def test_a_tag_is_offered_or_listed_as_not_offered_but_not_both() -> None:
    offered = {tag.lower() for label_type in LABEL_TYPES for tag in label_type.card.control_tags} | set(OBJECT_TAGS)
    assert not offered & (OTHER_CONTROL_TAGS | OTHER_OBJECT_TAGS)
    assert not OTHER_CONTROL_TAGS & OTHER_OBJECT_TAGS


def test_tags_and_attributes_are_read_without_regard_to_case() -> None:
    for spelling in ("showInline", "showInLine", "SHOWINLINE"):
        config = parse_label_config(f"""<view><TEXT NAME="text" Value="$text"/>
            <choices Name="c" toname="text" {spelling}="true"><CHOICE value="a"/></choices></view>""")
        (control,) = config.controls_json()
        assert control["layout"] == "inline"
        assert [node["tag"] for node in config.outline["children"]] == ["Text", "Choices"]


def test_the_outline_is_plain_data_with_allowed_attributes_only() -> None:
    config = parse_label_config("""<View style="background: url(http://x)" className="a" onclick="steal()">
      <Style>.x { color: red }</Style>
      <Header value="Look at $meta.title[0], please" size="3" onmouseover="steal()"/>
      <Collapse accordion="true">
        <Panel value="More &lt;b&gt;" open="true"><Text name="text" value="$text"/></Panel>
      </Collapse>
      <Markdown>**Hi** $name</Markdown>
      <div id="x"><Choices name="c" toName="text"><Choice value="&lt;script&gt;"/></Choices></div>
    </View>""")
    text: OutlineNode = {"tag": "Text", "name": "text", "attrs": {}, "value": [{"path": ["text"]}], "children": []}
    assert config.outline["attrs"] == {}
    header, collapse, markdown, unknown = config.outline["children"]
    assert header == {
        "tag": "Header",
        "attrs": {"size": "3"},
        "value": [{"text": "Look at "}, {"path": ["meta", "title", 0]}, {"text": ", please"}],
        "children": [],
    }
    panel: OutlineNode = {
        "tag": "Panel",
        "attrs": {"open": "true"},
        "value": [{"text": "More <b>"}],
        "children": [text],
    }
    assert collapse == {"tag": "Collapse", "attrs": {"accordion": "true"}, "children": [panel]}
    assert markdown["value"] == [{"text": "**Hi** "}, {"path": ["name"]}]
    assert unknown["tag"] == "Unsupported" and unknown["children"][0]["name"] == "c"
    assert config.data_keys == ("meta", "text", "name")
    shown = json.dumps(config.outline)
    assert "steal" not in shown and "url(" not in shown and "color" not in shown
    assert len(set(config.problems)) == len(config.problems)
    assert {problem for problem in config.problems if "onclick" in problem or "Styles" in problem}


def test_a_template_of_label_studio_is_read() -> None:
    config = parse_label_config("""
    <View style="box-shadow: 2px 2px 5px #999; padding: 20px;">
      <Header value="Choose text sentiment"/>
      <Text name="text" value="$text"/>
      <View style="display: flex">
        <Choices name="sentiment" toName="text" choice="single" showInLine="true" perRegion="false">
          <Choice value="Positive" selected="true"/><Choice value="Negative" background="red"/><Choice value="Neutral"/>
        </Choices>
      </View>
    </View>
    <!-- {"data": {"text": "Great"}} -->""")
    (control,) = config.controls_json()
    assert [choice["value"] for choice in control["choices"]] == ["Positive", "Negative", "Neutral"]
    assert "background" not in control["choices"][1]
    assert [problem.split()[0] for problem in config.problems] == ["Styles", "selected", "The"]


def test_a_config_without_a_control_is_valid_and_says_so() -> None:
    assert "nothing to answer" in parse_label_config(view("")).problems[0]


def test_colors_are_six_hexadecimal_digits_or_nothing() -> None:
    for written, kept in (("#A1b2C3", "#a1b2c3"), ("red", None), ("#fff", None), ("#12345g", None), ("url(x)", None)):
        (control,) = parsed(inside=f'<Choice value="a" background="{written}"/>').controls_json()
        assert control["choices"][0].get("background") == kept


def test_controls_json() -> None:
    config = parsed(
        'choice="multiple" required="true" requiredMessage="Choose!" layout="select"',
        '<Choice value="Good" alias="g" hint="Hm" hotkey="Shift+G" background="#00ff00"/><Choice value="Bad"/>',
    )
    assert config.controls_json() == [
        {
            "name": "c",
            "to_name": ["text"],
            "type": "choices",
            "multiple": True,
            "required": True,
            "layout": "select",
            "nested": False,
            "required_message": "Choose!",
            "choices": [
                {
                    "value": "g",
                    "label": "Good",
                    "alias": "g",
                    "hotkey": "shift+g",
                    "hint": "Hm",
                    "background": "#00ff00",
                },
                {"value": "Bad", "label": "Bad", "hotkey": "1"},
            ],
        }
    ]


def keys(config: Any) -> list[str | None]:
    return [choice.get("hotkey") for control in config.controls_json() for choice in control["choices"]]


def test_number_keys_go_to_choices_without_a_hotkey_over_all_controls() -> None:
    config = parse_label_config(
        view(
            f'<Choices name="a" toName="text">{CHOICES}</Choices>'
            '<Choices name="b" toName="text"><Choice value="x" hotkey="2"/><Choice value="y"/></Choices>'
        )
    )
    assert keys(config) == ["1", "3", "4", "2", "5"]
    many = parsed(inside="".join(f'<Choice value="{n}"/>' for n in range(12)))
    assert keys(many) == [*"1234567890", None, None]


def test_hotkeys_that_collide_are_refused_and_those_of_the_page_are_left_out() -> None:
    error = refused(choices(inside='<Choice value="a" hotkey="x"/>\n<Choice value="b" hotkey="X"/>'))
    assert 'hotkey "x" is used twice' in error.message and error.details == {"line": 2}
    for key in ("Enter", "g", "?", "two keys", "ctrl+", ""):
        config = parsed(inside=f'<Choice value="a" hotkey="{key}"/>')
        assert keys(config) == ["1"]
        assert bool(config.problems) == bool(key)


def test_unknown_attributes_are_named() -> None:
    assert '"requried" of <Choices> is not known and has no effect.' in parsed('requried="true"').problems


def test_an_unknown_control_name_is_told_from_the_known_ones() -> None:
    with pytest.raises(BadInput, match='it has "c"'):
        parsed().control("d")


def test_choices_may_be_laid_out_inside_their_control() -> None:
    config = parsed(
        'layout="grid"',
        '<View style="x"><Choice value="a" alias="1" html="&lt;b&gt;"/></View><Header value="Or"/><Choice value="a"/>',
    )
    (control,) = config.controls_json()
    assert [choice["value"] for choice in control["choices"]] == ["1", "a"]
    assert control["layout"] == "vertical"
    assert len(config.problems) == 4


def test_a_header_may_stand_in_its_body() -> None:
    config = parse_label_config(view("<Header size='9'> Rate $x </Header>"))
    node = config.outline["children"][1]
    assert (node["attrs"], node["value"]) == ({}, [{"text": "Rate "}, {"path": ["x"]}])


def test_nested_choices_show_their_tree() -> None:
    config = parsed('allowNested="true"', '<Choice value="A"><Choice value="B"/></Choice><Choice value="C"/>')
    (control,) = config.controls_json()
    assert control["nested"] is True
    assert control["choices"] == [
        {"value": "A", "label": "A", "children": [{"value": "B", "label": "B", "hotkey": "1"}]},
        {"value": "C", "label": "C", "hotkey": "2"},
    ]
    assert config.control("c").labels == ("A / B", "C")
