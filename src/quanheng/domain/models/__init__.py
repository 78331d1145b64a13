"""All tables, one concept a file. Nothing here writes; deeds do (`domain.actions`)."""

from quanheng.domain.models.access import ADMINISTRATORS, Capacity, Grant, Login, Recusal, Token, TokenScope
from quanheng.domain.models.audit import Anchor, Chain, Entry
from quanheng.domain.models.base import About, Dated, Kept, canonical
from quanheng.domain.models.cycle import Counted, Cycle, CycleSource, Duty, Part, SourceKind, Spell, Stage, StageKind, StageMove, Subject
from quanheng.domain.models.duty import Channel, Meaning, Nudge, Signature, Task, TaskKind
from quanheng.domain.models.fact import Attachment, Batch, Blob, Check, Record, RecordSource, Register, RegisterAbout, RegisterVersion, Verdict
from quanheng.domain.models.house import (
    Committee,
    CommitteeKind,
    DayStanding,
    Number,
    Org,
    Person,
    Post,
    PostKind,
    PostStanding,
    Seat,
    SeatRole,
    Unit,
    UnitKind,
    UnitPlace,
    UnitSpan,
    WorkDay,
)  # fmt: skip
from quanheng.domain.models.plan import Goal, Guidance, GuidanceKind, LineKind, Plan, PlanLine
from quanheng.domain.models.rating import Cite, Mark, Missing, Sheet
from quanheng.domain.models.report import Proof, Report, Statement
from quanheng.domain.models.run import Outcome, Release, Run, RunInput, RunKind
from quanheng.domain.models.scheme import Article, Scheme, SchemeVersion

__all__ = [
    "ADMINISTRATORS", "About", "Anchor", "Article", "Attachment", "Batch", "Blob", "Capacity", "Chain", "Channel", "Check", "Cite", "Committee",
    "CommitteeKind", "Counted", "Cycle", "CycleSource", "Dated", "DayStanding", "Duty", "Entry", "Goal", "Grant", "Guidance", "GuidanceKind", "Kept",
    "LineKind", "Login", "Mark", "Meaning", "Missing", "Nudge", "Number", "Org", "Outcome", "Part", "Person", "Plan", "PlanLine", "Post", "PostKind",
    "PostStanding", "Proof", "Record", "RecordSource", "Recusal", "Register", "RegisterAbout", "RegisterVersion", "Release", "Report", "Run",
    "RunInput", "RunKind", "Scheme", "SchemeVersion", "Seat", "SeatRole", "Sheet", "Signature", "SourceKind", "Spell", "Stage", "StageKind",
    "StageMove", "Statement", "Subject", "Task", "TaskKind", "Token", "TokenScope", "Unit", "UnitKind", "UnitPlace", "UnitSpan", "Verdict", "WorkDay",
    "canonical",
]  # fmt: skip
