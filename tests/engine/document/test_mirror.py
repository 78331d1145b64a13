"""The JSON mirror says the same as the text, both ways."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.document import model as m
from quanheng.engine.document.items import bare
from quanheng.engine.document.mirror import VERSION, from_json, json_schema, to_json
from quanheng.engine.document.reader import read
from quanheng.engine.document.render import formula
from quanheng.engine.document.writer import write
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula.parser import parse
from tests.engine.bad.cases import HEAD, load
from tests.engine.document.samples import ALL, SAMPLES, name, sample, scheme
from tests.engine.document.soup import LINES


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False))


def without(data: Any, *names: str) -> Any:
    """The JSON without these keys, at any depth."""
    if isinstance(data, dict):
        return {key: without(value, *names) for key, value in data.items() if key not in names}
    return [without(each, *names) for each in data] if isinstance(data, list) else data


def content(found: m.Scheme) -> list[Any]:
    """What the blocks say, without where they stand."""
    said = without(to_json(found)["blocks"], "at", "lines")
    for block in said:
        for entry in block.get("entries", []):
            if block["type"] == "header-line":
                entry.pop()
    return [block for block in said if block["type"] != "blank"]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_scheme_comes_back_whole(path):
    assert from_json(through_json(to_json(scheme(path)))) == scheme(path)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in load("document")])
def test_a_wrong_scheme_comes_back_with_its_faults(case):
    found = read(case.text)
    assert from_json(through_json(to_json(found))) == found


@given(LINES)
def test_any_document_comes_back_whole(lines):
    found = read("\n".join(lines))
    assert from_json(to_json(found)) == found


def rewritten(found: m.Scheme) -> dict[str, Any]:
    """The mirror as a form editor gives it back when it has touched everything: no lines, no blank blocks."""
    data = through_json(to_json(found))
    data["blocks"] = [block for block in data["blocks"] if block["type"] != "blank"]
    for block in data["blocks"]:
        if block["type"] != "annex":
            del block["lines"], block["at"], block["article"]
    return data


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_text_written_from_the_fields_says_the_same(path):
    again = from_json(rewritten(scheme(path)))
    assert again.faults == ()
    assert content(again) == content(scheme(path))
    assert write(again) == again.text


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_a_tree_alone_is_enough(path):
    data = rewritten(scheme(path))
    for block in data["blocks"]:
        for holder in [block, *block.get("rows", []), *block.get("entries", []), *block.get("values", [])]:
            for value in holder.values() if isinstance(holder, dict) else ():
                if isinstance(value, dict) and set(value) == {"text", "tree"}:
                    del value["text"]
    assert content(from_json(data)) == content(scheme(path))


def test_one_changed_block_leaves_the_other_lines_alone():
    data = through_json(to_json(sample("nurse")))
    block = next(block for block in data["blocks"] if block["type"] == "rule")
    del block["lines"]
    block["formula"] = {"text": "奖金总额*70%"}
    before, after = sample("nurse").text.split("\n"), from_json(data).text.split("\n")
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [("- 每个病区：职称奖金池（元，保留 2 位）= 奖金总额 × 60%", "- 每个病区：职称奖金池（元，保留 2 位）= 奖金总额 × 70%")]


def test_a_new_block_stands_apart_from_its_neighbours():
    data = through_json(to_json(read(HEAD + "文。\n\n- 不计算：例。\n")))
    data["blocks"].append({"type": "paragraph", "text": "又一段。", "mark": ""})
    data["blocks"].append({"type": "reading", "text": "如此。"})
    assert from_json(data).text == HEAD + "文。\n\n- 不计算：例。\n\n又一段。\n\n- 口径：如此。\n"


@pytest.mark.parametrize(
    "text",
    [
        "-甲 × (乙 + 丙) - (丁 - 戊)",
        "非 (甲 或 乙) 且 丙 >= 1",
        "(甲 且 乙) = 是",
        "甲 / (乙 × 丙) / 丁",
        "--甲",
        "表[甲, 乙 + 1；无则 停算].丙 为 “一”、“二”",
        "分档(甲；>= 90分：“A”；< 60分：“B”；其余：“C”)",
        "步进(甲；起点 98%；每少 1个百分点 扣 3分；零头 不计；扣完为止)",
        "名额(甲 高到低；同 部门、月份；“A” 占 20%、“B” 占 80%；零头 大者先得；并列 再比 乙 高到低、丙 低到高；另加 丁.增减)",
        "平均(甲；当 乙 不为 “坏”；近 12个月；缺 无则 0；无则 无数据)",
        "合计(甲；全体；缺 略去)",
        "分配(总额；按 甲；同 全体；零头 大者先得)",
        "如果(有(甲), 2026-01-31, 未评)",
        "「含“引号”」",
    ],
)
def test_a_formula_is_written_as_it_is_read(text):
    tree = parse(text)
    assert bare(parse(formula(tree))) == bare(tree)


def test_the_schema_is_versioned_closed_and_complete():
    found = json_schema()
    assert found["$id"] == VERSION == "urn:quanheng:scheme:1"
    definitions = found["$defs"]
    used = set(re.findall(r'#/\$defs/(\w+)"', json.dumps(found)))
    assert used <= set(definitions)
    assert {"Rule", "IndicatorTable", "DataTable", "Formula", "Number", "Call"} <= set(definitions)
    assert all(each.get("additionalProperties") is False for each in definitions.values() if each.get("type") == "object")
    assert "条件" in definitions["Must"]["description"]


def fits(data: Any, schema: Any, root: Any) -> bool:
    """As much of JSON Schema as the mirror uses."""
    if "$ref" in schema:
        return fits(data, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    if "anyOf" in schema and not any(fits(data, each, root) for each in schema["anyOf"]):
        return False
    if "const" in schema or "enum" in schema:
        return data in schema.get("enum", [schema.get("const")])
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            closed = schema.get("additionalProperties") is False
            return (
                isinstance(data, dict)
                and set(schema.get("required", ())) <= set(data)
                and (not closed or set(data) <= set(known))
                and all(fits(value, known[key], root) for key, value in data.items() if key in known)
            )
        case "array":
            if not isinstance(data, list):
                return False
            items = schema.get("prefixItems") or [schema["items"]] * len(data)
            return len(items) == len(data) and all(fits(each, item, root) for each, item in zip(data, items, strict=True))
        case "string":
            return isinstance(data, str) and re.search(schema.get("pattern", ""), data, re.DOTALL) is not None
    return {"boolean": bool, "integer": int, "null": type(None), None: object}[schema.get("type")] in type(data).__mro__


@pytest.mark.parametrize("path", SAMPLES, ids=name)
def test_what_is_written_fits_the_schema(path):
    root = json_schema()
    data = through_json(to_json(scheme(path)))
    assert fits(data, root, root)
    data["blocks"][0]["colour"] = "red"
    assert not fits(data, root, root)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda data: data.update(schema="2"), "$.schema"),
        (lambda data: data.update(blocks=None), "$.blocks"),
        (lambda data: data["blocks"][0].update(type="poem"), "$.blocks[0].type"),
        (lambda data: data["blocks"][0].update(colour="red"), "$.blocks[0].colour"),
        (lambda data: data["blocks"][0].pop("text"), "$.blocks[0].text"),
        (lambda data: data["blocks"][4].update(text=7), "$.blocks[4].text"),
        (lambda data: data["blocks"][0].update(at="here"), "$.blocks[0].at"),
        (lambda data: data["blocks"][0].update(lines=["a\nb"]), "$.blocks[0].lines"),
        (lambda data: data["blocks"][2].update(entries=[["编号"]]), "$.blocks[2].entries[0]"),
        (lambda data: data["blocks"][-2].update(formula=7), "$.blocks[8].formula"),
        (lambda data: data["blocks"][-2].update(formula={"tree": {"type": "poem"}}), "$.blocks[8].formula.tree.type"),
        (lambda data: data["blocks"][-2]["attributes"].update(keep="2"), "$.blocks[8].attributes.keep"),
        (lambda data: data["blocks"][-2]["attributes"].update(factor="1/0"), "$.blocks[8].attributes.factor"),
        (lambda data: data["blocks"][-2]["attributes"].update(rounding="偶然"), "$.blocks[8].attributes.rounding"),
    ],
)
def test_wrong_json_is_refused_by_its_path(change, path):
    data = through_json(to_json(read(HEAD + "文。\n\n- 每名员工：甲（元）= 1\n- 不计算：例。\n")))
    change(data)
    with pytest.raises(InputRefused) as refusal:
        from_json(data)
    assert refusal.value.faults[0].code == "mirror-form"
    assert f" {path} " in refusal.value.faults[0].zh


@pytest.mark.parametrize("data", [None, [], "x", {"file": 7}, {}])
def test_what_is_no_mirror_is_refused(data):
    with pytest.raises(InputRefused):
        from_json(data)


def test_a_formula_in_wrong_words_is_refused_like_any_formula():
    data = through_json(to_json(read(HEAD + "- 每名员工：甲 = 1\n")))
    data["blocks"][-1]["formula"] = {"text": "1 +"}
    with pytest.raises(InputRefused) as refusal:
        from_json(data)
    assert refusal.value.faults[0].code == "formula-incomplete"


def test_a_tree_beyond_all_depth_is_refused():
    tree: Any = {"type": "yes-no", "at": "1:1-1:1", "value": True}
    for _ in range(5_000):
        tree = {"type": "unary", "at": "1:1-1:1", "op": "not", "part": tree}
    data = to_json(read(HEAD + "- 每名员工：甲 = 1\n"))
    data["blocks"][-1]["formula"] = {"tree": tree}
    with pytest.raises(InputRefused):
        from_json(data)


@given(st.sampled_from(SAMPLES), st.data())
def test_no_json_breaks_the_mirror(path, data):
    """One value anywhere is replaced by something else."""
    mirror = copy.deepcopy(to_json(scheme(path)))
    at: Any = mirror
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.integers(0, 5)) == 0:
            break
        at = at[key]
    at[key] = data.draw(st.sampled_from([None, 0, True, "", "x", "1:1-1:1", "1/3", [], {}, [[]], {"type": "number"}, {"text": "1"}]))
    try:
        from_json(mirror)
    except InputRefused as refusal:
        assert refusal.faults


def test_a_part_of_a_call_is_no_formula_and_a_value_is_no_part():
    text = HEAD + "- 每名员工：奖金（元）= 分档(得分；>= 90分：300元；其余：0元)\n"
    data = through_json(to_json(read(text)))
    rule = next(block for block in data["blocks"] if block["type"] == "rule")
    del rule["lines"]
    tree = rule["formula"]["tree"]
    tier, value = tree["parts"][0], tree["args"][0]
    share, order = {"type": "share", "of": value, "share": value}, {"type": "order", "by": value, "descending": True}
    wrong = [{**tree, "args": [each]} for each in (tier, share, order)]
    wrong += [tier, share, {**tree, "parts": [value]}, {**tree, "parts": [{**tier, "bound": tier}]}]
    for each in wrong:
        rule["formula"] = {"tree": each}
        with pytest.raises(InputRefused) as refused:
            from_json(data)
        assert [fault.code for fault in refused.value.faults] == ["mirror-form"]
    rule["formula"] = {"tree": tree}
    assert from_json(data).faults == read(text).faults
