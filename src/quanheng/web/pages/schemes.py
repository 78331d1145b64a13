"""The regulations: the library, one version as article beside rule, drafting with faults at the line, putting in force."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from quanheng.domain.actions import scheme as deeds
from quanheng.domain.queries import schemes as found
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import VersionState
from quanheng.domain.words import bi, say
from quanheng.web.page import Request, page, risky

LARGEST = 1_000_000  # characters of a regulation; the longest shipped one has 40,000


ROOMY = {"rows": 24, "spellcheck": "false"}


class Text(forms.Form):
    """The text of a regulation: typed, pasted, or from a file."""

    label = forms.CharField(label=bi("版本名称", "Name of the version"), required=False, max_length=40, help_text=bi("不写用文件头的。", "Else the header's."))
    file = forms.FileField(label=bi("或者上传文本文件", "Or a text file"), required=False)
    text = forms.CharField(label=bi("条文", "Text"), required=False, max_length=LARGEST, strip=False, widget=forms.Textarea(ROOMY))

    def clean(self) -> dict[str, Any]:
        """The file's text wins over what is typed."""
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if file is not None:
            if file.size > 4 * LARGEST:
                raise forms.ValidationError(say("文件太大。", "The file is too large."))
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as wrong:
                raise forms.ValidationError(say("文件不是 UTF-8 文本。请另存为 UTF-8 再上传。", "The file is not UTF-8 text.")) from wrong
        if not (given.get("text") or "").strip():
            raise forms.ValidationError(say("还没有条文。", "There is no text."))
        given["text"] = given["text"].replace("\r\n", "\n").replace("\r", "\n")
        return given


class InForce(forms.Form):
    """By which document, and from which day."""

    document = forms.CharField(label=bi("批准文号", "Approving document"), max_length=100)
    force_from = forms.DateField(label=bi("施行日", "In force from"), widget=forms.DateInput(attrs={"type": "date"}))


class Reason(forms.Form):
    """Why a draft is taken back."""

    reason = forms.CharField(label=bi("理由", "Reason"), max_length=200)


@require_GET
@page
def schemes(request: Request) -> HttpResponse:
    """The library."""
    return render(request, "web/schemes/library.html", {"shelves": found.library(request.viewer), "may_edit": found.may_edit(request.viewer)})


@require_GET
@page
def version(request: Request, pk: int) -> HttpResponse:
    """Article beside rule."""
    return _read(request, pk, 0)


@require_GET
@page
def version_compare(request: Request, pk: int, other: int) -> HttpResponse:
    """The same view with what was put in and taken out since another version."""
    return _read(request, pk, other)


def _read(request: Request, pk: int, other: int) -> HttpResponse:
    reading = found.reading(request.viewer, pk, other)
    own = reading.version
    draft = own.state == VersionState.DRAFT
    before = [each for each in reading.versions if each.number < own.number]
    base = next((each for each in before if each.pk == own.base_id), None) or next(iter(before), None)
    views = [(reverse("version", args=[own.pk]), say("条文和规则", "Articles and rules"), not other)]
    if base is not None:
        views.append((reverse("version_compare", args=[own.pk, base.pk]), say(f"对照 {base.label}", f"Against {base.label}"), bool(other)))
    return render(request, "web/schemes/version.html", {
        "reading": reading, "version": own, "views": views, "draft": draft, "may_edit": found.may_edit(request.viewer),
        "counted": found.counted(reading.changes), "in_force": InForce(), "reason": Reason(prefix="withdraw"),
        "others": [each for each in reading.versions if each.pk != own.pk],
    })  # fmt: skip


@page
def scheme_new(request: Request) -> HttpResponse:
    """A new draft: of a new regulation, or of the next version of one."""
    start = request.GET.get("from", "")
    text = found.reading(request.viewer, int(start)).version.text if start.isdecimal() else ""
    return _edit(request, None, text, "")


@page
def version_edit(request: Request, pk: int) -> HttpResponse:
    """Go on with a draft."""
    reading = found.reading(request.viewer, pk)
    return _edit(request, pk, reading.version.text, reading.version.label)


def _edit(request: Request, pk: int | None, text: str, label: str) -> HttpResponse:
    require(found.may_edit(request.viewer), "起草办法由办法管理人或者人力资源办理。", "Drafting is for the scheme officer or HR.")
    form = Text(request.POST or None, request.FILES or None, initial={"text": text, "label": label})
    faults: list[found.Said] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = deeds.save_draft(request.viewer, form.cleaned_data["text"], label=form.cleaned_data["label"], version_id=pk)
        except Refusal as refusal:
            form.add_error(None, refusal.text)
            faults = found.check_text(form.cleaned_data["text"])
        else:
            messages.success(request, say("草稿已保存。", "The draft is saved."))
            return redirect("version", saved.pk)
    elif text:
        faults = found.check_text(text)
    wrong = request.method == "POST"
    return render(request, "web/schemes/edit.html", {"form": form, "pk": pk, "faults": faults, "key": uuid.uuid4()}, status=409 if wrong else 200)


@require_POST
@page
def scheme_check(request: Request) -> JsonResponse:
    """What is wrong with a text, while it is typed. Nothing is kept."""
    require(found.may_edit(request.viewer), "起草办法由办法管理人或者人力资源办理。", "Drafting is for the scheme officer or HR.")
    try:
        text = json.loads(request.body)["text"]
    except (ValueError, KeyError, TypeError) as wrong:
        raise NotYours from wrong
    if not isinstance(text, str) or len(text) > LARGEST:
        raise NotYours
    return JsonResponse([_told(each) for each in found.check_text(text)], safe=False)


def _told(each: found.Said) -> dict[str, object]:
    return {
        "line": each.line, "column": each.column, "end_column": each.end_column, "code": each.code, "severity": "error" if each.wrong else "warning",
        "says": each.says, "hint": each.hint,
    }  # fmt: skip


@require_POST
@page
@risky
def version_adopt(request: Request, pk: int) -> HttpResponse:
    """Put a draft in force."""
    form = InForce(request.POST)
    if not form.is_valid():
        raise Refusal(*_missing(form))
    deeds.adopt(request.viewer, pk, document=form.cleaned_data["document"], force_from=form.cleaned_data["force_from"])
    messages.success(request, say("已施行。新开的周期绑定这一版；已经开始的不变。", "In force. New cycles are bound to it; those begun stay as they are."))
    return redirect("version", pk)


@require_POST
@page
def version_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a draft back."""
    form = Reason(request.POST, prefix="withdraw")
    if not form.is_valid():
        raise Refusal(*_missing(form))
    deeds.withdraw(request.viewer, pk, reason=form.cleaned_data["reason"])
    messages.success(request, say("草稿已撤回。", "The draft is withdrawn."))
    return redirect("version", pk)


def _missing(form: forms.Form) -> tuple[str, str]:
    words = "、".join(str(form.fields[name].label) for name in form.errors if name in form.fields)
    return f"请填好：{words}。", f"Please fill in: {words}."


@require_GET
@page
def version_text(request: Request, pk: int) -> HttpResponse:
    """The text itself, to keep."""
    own = found.reading(request.viewer, pk).version
    response = HttpResponse(own.text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{own.scheme.key}-{own.number}.md"'
    return response


urlpatterns = [
    path("schemes/", schemes, name="schemes"),
    path("schemes/new/", scheme_new, name="scheme_new"),
    path("schemes/check/", scheme_check, name="scheme_check"),
    path("schemes/versions/<int:pk>/", version, name="version"),
    path("schemes/versions/<int:pk>/text/", version_text, name="version_text"),
    path("schemes/versions/<int:pk>/edit/", version_edit, name="version_edit"),
    path("schemes/versions/<int:pk>/against/<int:other>/", version_compare, name="version_compare"),
    path("schemes/versions/<int:pk>/adopt/", version_adopt, name="version_adopt"),
    path("schemes/versions/<int:pk>/withdraw/", version_withdraw, name="version_withdraw"),
]
