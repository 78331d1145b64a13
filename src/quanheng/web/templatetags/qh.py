"""The parts every page is made of, as template tags. They are builtins: no page has to load them.

    {% t "中文" "English" %}            a text in the language of the reader; figures: {% t "剩 {n} 个" "{n} left" n=3 %}
    {% icon "check" %}                  a picture beside a word; with a label it stands alone
    {% num value href digits=1 %}       a figure that opens where it comes from
    {% beam value=92 limit=96 high=96 label="…" %}
    {% tag "warn" "有异议" "message-exclamation" %}   {% state record.state %}   {% grade "A" 1 %}
    {% miss "not_rated" %}   {% src "system" %}   {% deadline days at %}
    {% card "标题" %}…{% endcard %}     {% note "bad" %}…{% endnote %}
    {% field form.reason %}             {% empty "…" %}   {% pager page %}   {% tabs items %}   {% seg items %}
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from quanheng.domain.queries.house import seat_called
from quanheng.domain.words import say
from quanheng.web.built import Built, built
from quanheng.web.figures import Value, figure, share

register = template.Library()

NOTHING: Final = SafeString("")


# ------------------------------------------------------------------------------------------------------------------- texts


@register.simple_tag
def t(zh: str, en: str, **figures: object) -> str:
    """The text in the language of the reader; {names} are filled in."""
    text = say(zh, en)
    if not figures:
        return text
    return SafeString(conditional_escape(text).format_map({name: conditional_escape(value if isinstance(value, SafeString) else str(value)) for name, value in figures.items()}))


@register.filter
def fig(value: Value, digits: int | str | None = None) -> str:
    """A figure that opens nothing: {{ value|fig:1 }}."""
    return figure(value, digits)


@register.filter
def day(value: date | datetime | None) -> str:
    """11月4日 周三, as an office writes a day."""
    if value is None:
        return figure(None)
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    zh = f"{on.month}月{on.day}日 周{'一二三四五六日'[on.weekday()]}"
    return say(zh, f"{on:%a} {on.day} {on:%b}")


@register.filter
def moment(value: datetime | None) -> str:
    """11月4日 14:32."""
    if value is None:
        return figure(None)
    at = timezone.localtime(value)
    return say(f"{at.month}月{at.day}日 {at:%H:%M}", f"{at.day} {at:%b} {at:%H:%M}")


# ---------------------------------------------------------------------------------------------------------- pictures, figures


@register.simple_tag(name="built")
def what_is_built() -> Built:
    """The files of the front end."""
    return built()


@register.simple_tag(takes_context=True)
def filled(context: Context, name: str) -> str:
    """What the page put into a block, for a frame that shows it twice (the title) or only when it is there (the side)."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else ""


@register.simple_tag
def asset(name: str) -> str:
    """Where a file of the package is served."""
    return static(name)


@register.simple_tag(takes_context=True)
def role(context: Context, capacity: str) -> str:
    """A capacity as the organisation calls it."""
    return str(context["request"].viewer.org.called(capacity))


@register.simple_tag(takes_context=True)
def seat(context: Context, of: str) -> str:
    """A role in a group, as the organisation calls it."""
    return seat_called(context["request"].viewer, of)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite: beside a word it says nothing of its own, with a label it speaks."""
    made = built()
    if not made.sprite:
        return format_html('<span class="qh-hidden">{}</span>', label) if label else NOTHING
    assert name in made.icons, f"{name}: not in frontend/src/icons.txt"
    where = f"{static(made.sprite)}#{name}"
    if label:
        return format_html('<svg class="qh-icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, where)
    return format_html('<svg class="qh-icon" aria-hidden="true"><use href="{}"/></svg>', where)


@register.simple_tag
def num(value: Value, href: str = "", digits: int | None = None, sign: bool = False, size: str = "", unit: str = "", label: str = "") -> SafeString:
    """A figure that opens its explanation: a link to the page, which scripts show in the drawer. `size`: hero, big."""
    shown, kind = figure(value, digits, sign=sign), f" qh-{size}" if size else ""
    after = format_html('<span class="qh-unit">{}</span>', unit) if unit else NOTHING
    if not href:
        return format_html('<span class="{}">{}</span>{}', kind.strip(), shown, after) if size else format_html("{}{}", shown, after)
    named = format_html(' aria-label="{}"', f"{label} {shown}") if label else NOTHING
    return format_html('<a class="qh-num{}" href="{}" data-drawer{}>{}</a>{}', kind, href, named, shown, after)


@register.simple_tag
def beam(label: str, value: Value, high: Value, low: Value = 0, limit: Value = None, band_from: Value = None, band_to: Value = None, ticks: int = 10, tone: str = "") -> SafeString:
    """衡杆: a value held against a limit or a band. The label is the whole sentence; the figures stand beside it as well.

    Geometry is in attributes of the drawing: the policy of the pages allows no style of an element.
    """
    at = share(value, low, high)
    parts = [format_html('<line class="tick" x1="{0}%" x2="{0}%" y1="3" y2="7"/>', f"{100 * n / ticks:.2f}") for n in range(ticks + 1)]
    parts.append(SafeString('<line class="ground" x1="0" x2="100%" y1="10" y2="10"/>'))
    if band_from is not None and band_to is not None:
        start, end = share(band_from, low, high), share(band_to, low, high)
        width = Decimal(end) - Decimal(start)
        parts.append(format_html('<rect class="band" x="{}%" y="6" width="{}%" height="8" rx="2"/>', start, width))
    else:
        parts.append(format_html('<rect class="fill" x="0" y="8" width="{}%" height="4" rx="2"/>', at))
    if limit is not None:
        parts.append(format_html('<svg x="{}%" overflow="visible"><rect class="lim" x="-1" y="2" width="2" height="16"/></svg>', share(limit, low, high)))
    parts.append(format_html('<svg x="{}%" y="7" overflow="visible"><path class="weight" d="M-1 0h2v6h2.4L7 17H-7L-3.4 6H-1z"/></svg>', at))
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html('<svg class="qh-beam{}" role="img" aria-label="{}">{}</svg>', f" qh-beam-{tone}" if tone else "", label, drawn)


@register.simple_tag
def bar(value: Value, high: Value, tone: str = "") -> SafeString:
    """A small bar beside a figure that says the same: not read aloud."""
    return format_html(
        '<svg class="qh-bar{}" aria-hidden="true"><rect width="{}%" height="4"/></svg>', f" qh-bar-{tone}" if tone else "", share(value, 0, high)
    )


# ------------------------------------------------------------------------------------------------------------ states and kinds

# the tone and the sign of every state; the word comes from the state itself
STATES: Final[dict[str, tuple[str, str]]] = {
    "draft": ("line", "pencil"), "prepared": ("line", "pencil"), "proposed": ("info", "send"), "waiting": ("", "circle-dashed"),
    "entered": ("warn", "eye-check"), "loaded": ("warn", "eye-check"), "submitted": ("info", "eye"), "doubted": ("warn", "question-mark"),
    "open": ("info", "player-play"), "running": ("info", "player-play"), "queued": ("", "hourglass"), "rated": ("info", "lock"),
    "locked": ("info", "lock"), "closed": ("info", "lock"), "published": ("info", "speakerphone"), "released": ("ok", "check"),
    "standing": ("ok", "check"), "verified": ("ok", "check"), "accepted": ("ok", "check"), "agreed": ("ok", "check"), "confirmed": ("ok", "check"),
    "done": ("ok", "check"), "seen": ("ok", "eye-check"), "in_force": ("ok", "check"), "objected": ("warn", "message-exclamation"),
    "archived": ("", "archive"), "past": ("", "archive"), "replaced": ("", "history"), "superseded": ("", "history"), "dropped": ("", "x"),
    "cancelled": ("", "x"), "withdrawn": ("", "x"), "void": ("", "x"), "rejected": ("bad", "ban"), "failed": ("bad", "alert-circle"),
    "refused": ("bad", "ban"), "veto": ("bad", "gavel"), "what_if": ("warn", "eye"),
}  # fmt: skip


@register.simple_tag
def tag(tone: str, text: object, sign: str = "") -> SafeString:
    """A short state: sign and word. Tones: ok, warn, bad, info, line, or none."""
    return format_html('<span class="qh-tag{}">{}{}</span>', f" qh-tag-{tone}" if tone else "", icon(sign) if sign else "", text)


@register.simple_tag
def state(of: Any, text: str = "") -> SafeString:
    """The tag of a state: {% state record.state %}, or {% state "veto" "一票否决" %}; a model's text is taken from its choices."""
    tone, sign = STATES.get(str(getattr(of, "value", of)), ("", "circle-dashed"))
    return tag(tone, text or getattr(of, "label", of), sign)


@register.simple_tag
def grade(name: str, rank: int = 0) -> SafeString:
    """A grade, letter first. `rank` is its place from the best, for schemes whose grades are words."""
    place = rank or ("ABCD".find(name) + 1) or 3
    return format_html('<span class="qh-grade qh-grade-{}">{}</span>', min(place, 4), name)


@register.simple_tag
def miss(kind: str = "not_rated", reason: str = "") -> SafeString:
    """Missing is not zero. Kinds: not_rated, not_applicable, exempt, none (nothing to compare with)."""
    if kind == "none":
        return format_html('<span aria-label="{}" role="img">—</span>', reason or say("没有可比的", "nothing to compare with"))
    words = {
        "not_rated": ("qh-miss", say("未评", "Not rated")),
        "not_applicable": ("qh-na", say("不适用", "Not applicable")),
        "exempt": ("qh-na", say("免考", "Exempt")),
    }
    look, word = words[kind]
    return format_html('<span class="{}"{}>{}</span>', look, format_html(' title="{}"', reason) if reason else "", word)


@register.simple_tag
def src(kind: str) -> SafeString:
    """Where a record comes from: system, attested, self, decision, upper_body."""
    words = {
        "system": say("系统", "System"), "attested": say("他证", "Attested"), "self": say("自报", "Self"), "decision": say("决定", "Decision"),
        "upper_body": say("上级", "Upper body"),
    }  # fmt: skip
    return format_html('<span class="qh-src qh-src-{}">{}</span>', kind, words.get(str(kind), str(kind)))


@register.simple_tag
def deadline(days: int, at: date | datetime, inline: bool = False) -> SafeString:
    """剩 n 个工作日 and the day; today in cinnabar, one or two days in brass. `days` is negative when it has passed."""
    if days < 0:
        look, sign, text = "over", "alert-circle", say(f"逾期 {-days} 个工作日", f"{-days} working day{'s' if days < -1 else ''} late")
    elif days == 0:
        look, sign, text = "today", "alert-circle", say("今天到期", "Due today")
    else:
        look, sign, text = "soon" if days <= 2 else "", "clock", say(f"剩 {days} 个工作日", f"{days} working day{'s' if days > 1 else ''} left")
    when = day(at) + (f" {timezone.localtime(at):%H:%M}" if isinstance(at, datetime) else "")
    if inline:
        return tag({"over": "bad", "today": "bad", "soon": "warn"}.get(look, ""), f"{text} · {when}", sign)
    return format_html('<span class="qh-due{}"><b>{}</b><span>{}</span></span>', f" qh-due-{look}" if look else "", text, when)


# ------------------------------------------------------------------------------------------------------------ blocks and forms


@register.simple_block_tag
def card(content: str, title: str = "", hint: str = "", more: str = "", href: str = "", flush: bool = False) -> SafeString:
    """A surface with a title. `flush`: tables and lists reach its edges."""
    head: str = NOTHING
    if title:
        small = format_html('<span class="qh-small qh-mute">{}</span>', hint) if hint else NOTHING
        link = format_html('<a class="qh-more" href="{}">{}</a>', href, more) if more else NOTHING
        head = format_html("<header><h2>{}</h2>{}{}</header>", title, small, link)
    body = content if flush else format_html('<div class="qh-card-body">{}</div>', content)
    return format_html('<section class="qh-card">{}{}</section>', head, body)


@register.simple_block_tag
def note(content: str, tone: str = "", alert: bool = False) -> SafeString:
    """A remark at the place it is about. Tones: warn, bad, ok, or none. `alert`: read aloud at once."""
    role = SafeString(' role="alert"') if alert else NOTHING
    return format_html('<div class="qh-note{}"{}>{}</div>', f" qh-note-{tone}" if tone else "", role, content)


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A form field with its label, hint and errors, tied together for those who hear the page."""
    widget = bound.field.widget
    kind = "form-check-input" if isinstance(widget, CheckboxInput | RadioSelect) else "form-select" if isinstance(widget, Select) else "form-control"
    described = " ".join(
        f"{bound.id_for_label}-{part}" for part, there in (("hint", hint or bound.help_text), ("error", bound.errors)) if there
    )
    attrs = {"class": f"{kind} {widget.attrs.get('class', '')}".strip(), "aria-describedby": described, "aria-invalid": "true" if bound.errors else ""}
    return {
        "bound": bound, "hint": hint or bound.help_text, "check": isinstance(widget, CheckboxInput),
        "widget": bound.as_widget(attrs={name: value for name, value in attrs.items() if value}),
        "several": getattr(widget, "use_fieldset", False),
    }  # fmt: skip


@register.inclusion_tag("web/parts/empty.html")
def empty(title: str, text: str = "", href: str = "", action: str = "", sign: str = "notes") -> dict[str, str]:
    """What belongs here, and the one thing to do."""
    return {"title": title, "text": text, "href": href, "action": action, "sign": sign}


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: list[tuple[str, str, bool]], label: str = "") -> dict[str, Any]:
    """Pages beside one another: (address, word, whether this one)."""
    return {"items": items, "label": label or say("分页", "Sections"), "look": "qh-tabs"}


@register.inclusion_tag("web/parts/tabs.html")
def seg(items: list[tuple[str, str, bool]], label: str = "") -> dict[str, Any]:
    """Views of the same page: (address, word, whether this one)."""
    return {"items": items, "label": label or say("筛选", "Filter"), "look": "qh-seg"}


@register.inclusion_tag("web/parts/pager.html")
def pager(page: Any) -> dict[str, Any]:
    """Earlier and later of a list that is turned by key: `page` has earlier, later (addresses or empty) and says."""
    return {"page": page}


@register.inclusion_tag("web/parts/track.html")
def track(stages: list[dict[str, Any]], label: str = "", today: str = "") -> dict[str, Any]:
    """The cycle as a beam. A stage is {name, when, state: done | now | later}; `today` is the place of the weight in the middle
    between the stages, counted in stages (3.4: a little past the middle of the fourth)."""
    count = max(len(stages), 1)
    current = next((place for place, stage in enumerate(stages) if stage["state"] == "now"), None)
    at = share(today or (str(current) if current is not None else 0), "-0.5", f"{count - 1}.5")
    return {"stages": stages, "label": label or say("考核周期的阶段", "Stages of the cycle"), "at": at, "now": current is not None}


@register.inclusion_tag("web/parts/chart.html")
def chart(data: dict[str, Any], says: str, name: str) -> dict[str, Any]:
    """A chart and the table of the same figures. `data`: {kind: distribution | history, labels, values, bands: [{name, from, to}]};
    `says` is what the chart shows, in a sentence; `name` is unique on the page."""
    rows = [(label, figure(value)) for label, value in zip(data["labels"], data["values"], strict=True)]
    return {"data": data, "says": says, "name": name, "rows": rows}


# Written here and not in a template, and put together as plain text: a sheet of 300 people and 40 items has 12 000 of them.
@register.simple_tag
def cell(
    subject: object, item: str, value: Value, rev: int, label: str, name: str = "", missing: str = "",
    refused: str = "", entry: str = "", article: str = "", norecord: bool = False, locked: bool = False, zero: bool = False, off: str = "",
) -> SafeString:  # fmt: skip
    """One cell of a score sheet. `label` is what is read aloud (who, what), `name` the name of the item (shown on a phone);
    `refused` the reason for which `entry` was not taken, with its `article`; `zero`: a zero that stands on a record; `off`: what stands in a
    cell that is not to be filled in here."""
    safe = conditional_escape
    shown = say("不适用", "N/A") if missing == "not_applicable" else "" if value is None else str(value)
    look = "na" if missing == "not_applicable" else "refused" if refused else "unrated" if shown == "" else "zero" if zero else ""
    more, state, said = "", "", ""
    if missing:
        more += f' data-missing="{safe(missing)}"'
    if article:
        more += f' data-article="{safe(article)}"'
    if norecord:
        more += f' data-norecord title="{say("没有记录支撑", "No record behind it")}"'
    if off:
        look = "off"
    if locked or off:
        look, state = f"{look} locked".strip(), " readonly"
    if refused:
        state, said = f'{state} aria-invalid="true"', f"<small>{safe(refused)}</small>"
    elif zero:
        said = f"<small>{say('零分有据', 'on record')}</small>"
    kept, code = safe(shown), safe(item)
    return SafeString(
        f'<td data-item="{code}" data-name="{safe(name)}" data-rev="{rev}" class="{look}"{more}><input name="c-{safe(str(subject))}-{code}"'
        f' value="{safe(entry) if refused else kept}" data-was="{kept}" placeholder="{safe(off) if off else say("未评", "Not rated")}" aria-label="{safe(label)}"'
        f' inputmode="decimal" autocomplete="off" size="5"{state}>{said}</td>'
    )


@register.simple_tag
def cells(subject: object, row: list[dict[str, Any]]) -> SafeString:
    """All cells of a person: the words of {% cell %} as dictionaries. For large sheets, where every tag of its own costs time."""
    return SafeString("".join(cell(subject, **each) for each in row))
