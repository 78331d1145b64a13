"""What is filled in on the pages of the house. Whether it may be done is said by the deeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries import house
from quanheng.domain.words import bi, say

Choices = Sequence[tuple[str, str]]


def day_field(label: str, **more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def text_field(label: str, longest: int, **more: Any) -> forms.CharField:
    """A short text."""
    return forms.CharField(label=label, max_length=longest, **more)


class Form(forms.Form):
    """A form that is made with choices of the moment, and made again with the same when it comes back."""

    def __init__(self, *args: Any, **made_with: Any) -> None:
        self.made_with = {name: made_with.pop(name) for name in [*made_with] if name in ("viewer", "choices", "first", "rows")}
        super().__init__(*args, **made_with)
        self.viewer: Viewer | None = self.made_with.get("viewer")
        for name, choices in self.made_with.get("choices", {}).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        for name, value in self.made_with.get("first", {}).items():
            self.fields[name].initial = value

    def somebody(self, name: str) -> Any:
        """The person that a typed number or name means."""
        assert self.viewer is not None
        text = str(self.cleaned_data.get(name, ""))
        found = house.person_named(self.viewer, text)
        if len(found) > 1:
            raise forms.ValidationError(say("有几个人叫这个名字，请写工号。", "Several people have this name; give the number."))
        if text and not found:
            raise forms.ValidationError(say("没有这个工号或姓名。", "Nobody has this number or name."))
        return found[0] if found else None


class AddUnit(Form):
    """A unit below this one."""

    code = text_field(bi("机构代码", "Code"), 40)
    name = text_field(bi("名称", "Name"), 100)
    kind = forms.ChoiceField(label=bi("种类", "Kind"))
    since = day_field(bi("自", "From"))


class PlaceUnit(Form):
    """Another name or another place."""

    name = text_field(bi("名称", "Name"), 100)
    parent = forms.ChoiceField(label=bi("上级机构", "Below"), required=False)
    since = day_field(bi("自", "From"))
    reason = text_field(bi("依据或理由", "Reason"), 200, required=False)


class Ending(Form):
    """From when it no longer holds, and why."""

    day = day_field(bi("自哪天起不再有效", "Not in effect from"))
    reason = text_field(bi("依据或理由", "Reason"), 200)


class AddPerson(Form):
    """Somebody new, with the first post."""

    number = text_field(bi("工号", "Number"), 40)
    name = text_field(bi("姓名", "Name"), 60)
    sounds = text_field(bi("拼音", "Pinyin"), 100, required=False, help_text=bi("读音特别时填，字间空格。", "When said unusually; blanks between syllables."))
    unit = forms.ChoiceField(label=bi("机构", "Unit"))
    title = text_field(bi("岗位", "Post"), 60, required=False)
    post_class = text_field(bi("岗位类别", "Post class"), 40, required=False)
    since = day_field(bi("自", "From"))


class Rename(Form):
    """Another name."""

    name = text_field(bi("姓名", "Name"), 60)
    sounds = text_field(bi("拼音", "Pinyin"), 100, required=False)


class SetPost(Form):
    """岗变酬变: from this day on."""

    unit = forms.ChoiceField(label=bi("机构", "Unit"))
    title = text_field(bi("岗位", "Post"), 60, required=False)
    post_class = text_field(bi("岗位类别", "Post class"), 40, required=False)
    kind = forms.ChoiceField(label=bi("主兼", "Main or second"))
    standing = forms.ChoiceField(label=bi("在岗情况", "Standing"))
    percent = forms.IntegerField(label=bi("份额（%）", "Share (%)"), min_value=1, max_value=100, initial=100)
    since = day_field(bi("自", "From"))
    until = day_field(bi("至（不含），到期回原岗", "Until (back to the old post then)"), required=False)
    document = text_field(bi("文号", "Document"), 100, required=False)


class GiveGrant(Form):
    """A capacity over a unit."""

    capacity = forms.ChoiceField(label=bi("职责", "Capacity"))
    unit = forms.ChoiceField(label=bi("范围", "Over"))
    since = day_field(bi("自", "From"))
    until = day_field(bi("至（不含）", "Until"), required=False)
    document = text_field(bi("依据", "Document"), 100, required=False)


class GiveGrantTo(GiveGrant):
    """The same, to somebody named here."""

    person = text_field(bi("授予谁（工号或姓名）", "To whom (number or name)"), 60)
    field_order = ("person", "capacity", "unit", "since", "until", "document")

    def clean_person(self) -> Any:
        """Somebody."""
        return self.somebody("person")


class Recuse(Form):
    """From a person or from a unit."""

    other = text_field(bi("回避谁（工号或姓名）", "From whom (number or name)"), 60, required=False)
    unit = forms.ChoiceField(label=bi("或回避哪个机构", "Or from which unit"), required=False)
    cause = text_field(bi("事由", "Cause"), 100)
    since = day_field(bi("自", "From"))

    def clean_other(self) -> Any:
        """Somebody, or nobody."""
        return self.somebody("other")


class RecuseOne(Recuse):
    """The same, of somebody named here."""

    person = text_field(bi("谁回避（工号或姓名）", "Who (number or name)"), 60)
    field_order = ("person", "other", "unit", "cause", "since")

    def clean_person(self) -> Any:
        """Somebody."""
        return self.somebody("person")


class MakeCommittee(Form):
    """A group."""

    name = text_field(bi("名称", "Name"), 60)
    kind = forms.ChoiceField(label=bi("种类", "Kind"))
    composition = forms.CharField(label=bi("组成办法", "How it is composed"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class TakeSeat(Form):
    """Who sits in it as what."""

    person = text_field(bi("成员（工号或姓名）", "Member (number or name)"), 60)
    role = forms.ChoiceField(label=bi("职务", "Role"))
    stands_for = text_field(bi("代表", "Stands for"), 60, required=False)
    since = day_field(bi("自", "From"))

    def clean_person(self) -> Any:
        """Somebody."""
        return self.somebody("person")


class MakeLogin(Form):
    """An account."""

    username = text_field(bi("账号", "Account name"), 60)


class Nothing(Form):
    """Nothing to fill in."""


class Why(Form):
    """Only the reason."""

    reason = text_field(bi("依据或理由", "Reason"), 200)


class RoleNames(Form):
    """One field for each role: the product's word and the organisation's own."""

    def __init__(self, *args: Any, **made_with: Any) -> None:
        super().__init__(*args, **made_with)
        for name, label, own in self.made_with["rows"]:
            self.fields[name] = forms.CharField(label=label, initial=own, required=False, max_length=20)


class EditDays(Form):
    """One day or several in a row, to be as told."""

    first = day_field(bi("自", "From"))
    last = day_field(bi("至（含）", "To (inclusive)"), required=False)
    works = forms.ChoiceField(label=bi("改为", "Becomes"), choices=[("off", bi("休息", "Free")), ("on", bi("上班", "Working"))])
    note = text_field(bi("说明", "Note"), 60, required=False)
    reason = text_field(bi("依据，例如通知的文号", "Basis, such as the number of the notice"), 200)

    def clean(self) -> dict[str, Any]:
        """At most a month at once, forwards."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days <= 31:
            raise forms.ValidationError(say("一次至多改一个月，结束不早于开始。", "At most a month at once, and the end not before the beginning."))
        return given


class Upload(Form):
    """A workbook or CSV, and from when its rows hold."""

    file = forms.FileField(label=bi("文件（.xlsx 或 CSV）", "File (.xlsx or CSV)"))
    day = day_field(bi("没有写日期的行自", "Rows without a day hold from"))
