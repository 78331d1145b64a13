"""Seeded mistakes: one small text each, and what has to be said about it.

A file has `stage` (what has to find the mistake: `document`, or a later stage of the engine) and `cases`. Every scalar
is text, whatever it looks like. A case has

* `what`: the mistake, in a word;
* its text: `text` (a whole file), or `article` (lines under a correct head and a heading), or `sample` with
  `replace` and `with` (one place of a sample of the documents' tests), or `rule` (lines that stand in base.md);
* `code`, `at` (line:column), `says` (Chinese message), `hint` (Chinese, may be left out), `severity` (`advice`; default
  fault), `article_is` (the citation, may be left out);
* `also`: codes of further findings that cannot be told apart from the mistake, rarely.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "document" / "samples"
HEAD = "# 某某考核办法\n\n编号：moumou；版本：1；周期：年；舍入：四舍五入\n\n## 第一条 考核\n\n"


@dataclass(frozen=True)
class Case:
    file: str
    what: str
    text: str
    code: str
    at: str
    says: str
    hint: str = ""
    severity: str = "fault"
    article_is: str = ""
    also: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        return f"{Path(self.file).stem}: {self.what}"


def load(stage: str) -> list[Case]:
    """The cases of a stage, from all files of the folder."""
    found: list[Case] = []
    for path in sorted(HERE.glob("*.yaml")):
        content = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
        if content["stage"] == stage:
            found.extend(case(path.name, each) for each in content["cases"])
    return found


def case(file: str, said: dict[str, str]) -> Case:
    rest = {key: value for key, value in said.items() if key not in ("text", "article", "sample", "replace", "with", "rule")}
    return Case(file=file, text=text_of(said), **{**rest, "also": tuple(rest.get("also", ()))})


def text_of(said: dict[str, str]) -> str:
    if "text" in said:
        return said["text"]
    if "article" in said:
        return HEAD + said["article"]
    if "rule" in said:
        return (HERE / "base.md").read_text(encoding="utf-8").replace("{rule}", said["rule"])
    sample = (SAMPLES / f"{said['sample']}.md").read_text(encoding="utf-8")
    assert sample.count(said["replace"]) == 1, f"{said['what']}: “{said['replace']}” must stand exactly once"
    return sample.replace(said["replace"], said["with"])
