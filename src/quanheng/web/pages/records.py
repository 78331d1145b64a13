"""事实记录: written down in seconds, verified by somebody else, corrected by a new one, found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from quanheng.domain.actions import record as actions
from quanheng.domain.queries import answering
from quanheng.domain.queries import records as queries
from quanheng.domain.refusal import Refusal, Wrong
from quanheng.domain.states import RecordState
from quanheng.domain.words import bi, say
from quanheng.web.lists import day_input, number, served, turning
from quanheng.web.page import Request, page
from quanheng.web.pages import bulk

if TYPE_CHECKING:
    from quanheng.domain.bridge.forms import Column


def pick_file() -> forms.FileInput:
    """A photo or a file; a phone offers its camera."""
    return forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "multiple": False})


class Filter(forms.Form):
    """What a list is narrowed to; an address holds it, so that it can be kept and sent on."""

    q = forms.CharField(label=bi("人、编号、内容", "Person, number, words"), required=False, max_length=40)
    register = forms.ChoiceField(label=bi("台账", "Register"), required=False)
    state = forms.ChoiceField(label=bi("状态", "State"), required=False)
    since = forms.DateField(label=bi("自", "From"), required=False, widget=day_input())
    until = forms.DateField(label=bi("至", "To"), required=False, widget=day_input())

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(each.pk), each.name) for each in queries.registers(request.viewer)]
        self.fields["register"].choices = [("", say("全部台账", "Every register")), *listed]  # type: ignore[attr-defined]
        states = [(each.value, str(each.label)) for each in RecordState]
        self.fields["state"].choices = [("", say("有效的", "In effect")), *states, ("all", say("全部", "All"))]  # type: ignore[attr-defined]

    def asked(self) -> queries.Asked:
        """For the query; what was typed wrong narrows nothing."""
        self.is_valid()
        got = self.cleaned_data
        return queries.Asked(got.get("q", ""), int(got.get("register") or 0), got.get("state", ""), got.get("since"), got.get("until"))


@page
def records(request: Request) -> HttpResponse:
    """The list."""
    form = Filter(request.GET, request=request)
    asked = form.asked()
    person = number(request.GET.get("person", ""))
    found = queries.listing(
        request.viewer, queries.Asked(asked.term, asked.register, asked.state, asked.since, asked.until, person),
        after=number(request.GET.get("after", "")), before=number(request.GET.get("before", "")),
    )  # fmt: skip
    return render(request, "web/records/list.html", {
        "form": form, "rows": found.rows, "pager": turning(request, found.page), "total": found.page.total, "person": person,
        "may_add": bool(queries.writable(request.viewer)), "may_import": queries.may_bulk(request.viewer), "waiting": len(queries.to_verify(request.viewer)),
    })  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ add, correct


class FactForm(forms.Form):
    """A fact: who, when, what; under it the columns that the register declares, each with its bounds."""

    day = forms.DateField(label=bi("哪一天", "Day"), widget=day_input())
    note = forms.CharField(label=bi("发生了什么", "What happened"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=2000)
    file = forms.FileField(
        label=bi("照片或文件", "Photo or file"), required=False, widget=pick_file(),
        help_text=bi("JPG、PNG、PDF，不超过 10 MB。", "JPG, PNG or PDF, up to 10 MB."),
    )  # fmt: skip

    def __init__(self, *args: Any, columns: Sequence[Column], sources: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.fields["note"].required = all(queries.is_kind(column) for column in columns)  # an observation is its words
        for place, column in enumerate(columns):
            self.fields[f"c{place}"] = field_of(column)
        if len(sources) > 1:
            self.fields["source"] = forms.ChoiceField(label=say("凭什么", "On whose word"), choices=sources)

    def values(self) -> dict[str, str]:
        """What was entered, by column."""
        return {column.name: str(self.cleaned_data.get(f"c{place}") or "") for place, column in enumerate(self.columns)}

    def bound_columns(self) -> list[forms.BoundField]:
        """The fields of the columns, in order."""
        return [self[f"c{place}"] for place in range(len(self.columns))]

    def take(self, wrong: Wrong) -> None:
        """Put each reason at its field."""
        places = {column.name: f"c{place}" for place, column in enumerate(self.columns)}
        for name, reason in wrong.by_column().items():
            self.add_error(places.get(name), reason if name in places else f"{name}：{reason}")


def field_of(column: Column) -> forms.Field:
    """A field for a column: what it may hold is what the browser offers, and the deed checks it."""
    common: dict[str, Any] = {"label": column.name, "required": not column.optional, "help_text": queries.hint(column)}
    if column.choices:
        return forms.ChoiceField(choices=[("", say("未选", "not chosen")), *((word, word) for word in column.choices)], **common)
    match column.kind:
        case "yesno":
            return forms.ChoiceField(choices=[("", say("未选", "not chosen")), ("是", say("是", "Yes")), ("否", say("否", "No"))], **common)
        case "day":
            return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **common)
        case "month":
            return forms.CharField(widget=forms.TextInput(attrs={"type": "month"}), **common)
        case "number":
            return forms.CharField(max_length=60, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **common)
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs={"list": "record-kinds"} if queries.is_kind(column) else {}), **common)


@page
def add(request: Request) -> HttpResponse:
    """Write down a fact; on a phone: name, one line, done."""
    listed = queries.writable(request.viewer)
    wanted = number(request.GET.get("register", ""))
    register = next((each for each in listed if each.pk == wanted), listed[0] if listed else None)
    if register is None:
        raise Refusal("现在没有可以记的台账；办法施行以后再记。", "There is no register yet; it comes with a scheme in force.")
    columns = queries.fields(register)
    person = answering.meant(request.viewer, "", request.GET.get("person", ""))
    # the day is asked for by date alone, and is today for whoever writes at once
    form = FactForm(
        request.POST or None, request.FILES or None, columns=columns, sources=queries.sources(request.viewer), initial={"day": request.viewer.today}
    )
    who = request.POST.get("who", person.name if person else "")
    team = answering.team(request.viewer) if register.about == "person" else []
    also = {number(each) for each in request.POST.getlist("also")}
    if request.method == "POST" and form.is_valid():
        person = answering.meant(request.viewer, who, request.POST.get("person", ""))
        unit = number(request.POST.get("unit", "")) if register.about == "unit" else 0
        others = [each.pk for each in team if each.pk in also] if person is not None else []
        found = person is not None or register.about != "person"
        answer = written(request, form, register.pk, [person.pk, *others] if person is not None else [], unit or None) if found else None
        if answer is not None:
            return answer
        if person is None and register.about == "person":
            form.add_error(None, say(f"没有找到“{who}”，或者不归你记；从列表里选一个人。", f"“{who}” was not found, or is not yours; pick one."))
    return render(request, "web/records/add.html", {
        "form": form, "register": register, "registers": listed, "who": who, "person": person, "key": request.POST.get("key") or uuid4(),
        "kinds": queries.kinds(request.viewer), "units": bulk.unit_choices(request) if register.about == "unit" else [],
        "recent": queries.recent_of(request.viewer, person) if person is not None else [], "again": "again" in request.GET,
        "team": [(each, each.pk in also) for each in team], "many": bool(also),
    }, status=422 if form.errors else 200)  # fmt: skip


def written(request: Request, form: FactForm, register: int, people: list[int], unit: int | None) -> HttpResponse | None:
    """Carry it out; None when it has to be looked at again."""
    got = form.cleaned_data
    upload = got.get("file")
    attached = [(upload.name, upload.read())] if upload else []
    fact = actions.Fact(
        register, got["day"], {name: text for name, text in form.values().items() if text}, people[0] if people else None, unit, got["note"],
        queries.source_of(request.viewer, got.get("source", "")),
    )  # fmt: skip
    try:
        if len(people) > 1:
            done, *more = actions.add_for_each(request.viewer, fact, people, attached)
        else:
            done, more = actions.add_record(request.viewer, fact, attached), []
    except Wrong as wrong:
        form.take(wrong)
        return None
    except Refusal as refusal:
        form.add_error(None, refusal.text)
        return None
    said = say(f"已记下，编号 {done.ref}。", f"Recorded as {done.ref}.")
    if more:
        said = say(f"已给 {len(people)} 人各记一条，{done.ref} 至 {more[-1].ref}。", f"Recorded for {len(people)}: {done.ref} to {more[-1].ref}.")
    messages.success(request, said)
    if "more" in request.POST:
        return redirect(f"{reverse('record_add')}?{urlencode({'register': register, 'again': 1})}")
    if request.POST.get("next") == "home":
        return redirect(f"{reverse('home')}?again=1")  # the next one is written at once
    return redirect("records") if more else redirect("record", done.pk)


@page
def correct(request: Request, pk: int) -> HttpResponse:
    """A correction: a new record that points at this one."""
    view = queries.one(request.viewer, pk)
    columns = queries.fields(view.record.register)
    kept = {f"c{place}": view.record.values.get(column.name, "") for place, column in enumerate(columns)}
    form = FactForm(request.POST or None, columns=columns, initial={"day": view.record.day, **kept})
    form.fields.pop("file")
    form.fields["note"].required = True
    form.fields["note"].label = say("为什么更正、怎么更正", "Why, and to what")
    if request.method == "POST" and form.is_valid():
        try:
            values = queries.given(form.values(), view.record)
            done = actions.correct_record(request.viewer, pk, values=values, note=form.cleaned_data["note"], day=form.cleaned_data["day"])
        except Wrong as wrong:
            form.take(wrong)
        else:
            messages.success(request, say(f"已更正为 {done.ref}；原来的一条还在。", f"Corrected as {done.ref}; the old one stays."))
            return redirect("record", done.pk)
    return render(request, "web/records/correct.html", {"view": view, "form": form}, status=422 if form.errors else 200)


# ------------------------------------------------------------------------------------------------------------- one record


@page
def record(request: Request, pk: int) -> HttpResponse:
    """One record with its line."""
    return render(request, "web/records/record.html", {"view": queries.one(request.viewer, pk)})


@page
@require_POST
def verify(request: Request, pk: int) -> HttpResponse:
    """True, doubtful, or not true."""
    verdict = queries.verdict(request.POST.get("verdict", ""))
    done = actions.verify_record(request.viewer, pk, verdict=verdict, note=request.POST.get("note", ""))
    messages.success(request, say(f"{done.ref}：{verdict.label}。", f"{done.ref}: {verdict.label}."))
    return redirect("records_verify") if request.POST.get("next") == "verify" else redirect("record", pk)


@page
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """It no longer counts."""
    done = actions.withdraw_record(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say(f"{done.ref} 已撤回，不再计入。", f"{done.ref} is withdrawn."))
    return redirect("record", pk)


@page
@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    """One more file beside a record."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Refusal("没有选文件。", "No file was chosen.")
    actions.attach(request.viewer, pk, name=str(upload.name), content=upload.read())
    messages.success(request, say("附件已添加。", "The file was added."))
    return redirect("record", pk)


@page
def file(request: Request, pk: int) -> HttpResponse:
    """The bytes of a file, for whoever may see what it is beside; never carried out by the browser."""
    return served(*queries.attachment(request.viewer, pk))


@page
def to_verify(request: Request) -> HttpResponse:
    """What the viewer is asked to verify: those ticked are true; a doubt is said for each one alone."""
    if request.method == "POST":
        done = actions.verify_each(request.viewer, [number(each) for each in request.POST.getlist("record")])
        messages.success(request, say(f"{done} 条已核实。", f"{done} verified."))
        return redirect("records_verify")
    return render(request, "web/records/verify.html", {"rows": queries.to_verify(request.viewer), "key": uuid4()})


@page
def people(request: Request) -> JsonResponse:
    """Those whom a few letters may mean, among those the viewer answers for."""
    found = answering.found(request.viewer, request.GET.get("q", ""))
    return JsonResponse({"found": [{"id": person.pk, "name": person.name, "hint": f"{person.number} {unit}".strip()} for person, unit in found]})


@page
def phrases(request: Request) -> JsonResponse:
    """What the viewer has written before, to be written again."""
    found = queries.phrases(request.viewer, request.GET.get("q", ""))
    return JsonResponse({"found": [{"id": place, "name": text} for place, text in enumerate(found)]})


urlpatterns = [
    path("", records, name="records"),
    path("phrases/", phrases, name="record_phrases"),
    path("add/", add, name="record_add"),
    path("people/", people, name="record_people"),
    path("verify/", to_verify, name="records_verify"),
    path("import/", bulk.choose, name="records_import"),
    path("import/<int:register>/", bulk.look, name="records_import_look"),
    path("import/<int:register>/do/", bulk.carry_out, name="records_import_do"),
    path("import/<int:register>/empty.xlsx", bulk.empty, name="records_import_empty"),
    path("batches/", bulk.batches, name="batches"),
    path("batches/<int:pk>/", bulk.settle, name="batch"),
    path("files/<int:pk>/", file, name="record_file"),
    path("<int:pk>/", record, name="record"),
    path("<int:pk>/correct/", correct, name="record_correct"),
    path("<int:pk>/verify/", verify, name="record_verify"),
    path("<int:pk>/withdraw/", withdraw, name="record_withdraw"),
    path("<int:pk>/attach/", attach, name="record_attach"),
]
