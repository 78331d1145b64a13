"""Each life cycle as one table: from, deed, to. Nothing else moves a state; a random walk in the tests knows no other way."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices

from quanheng.domain.words import bi


class VersionState(TextChoices):
    DRAFT = "draft", bi("草稿", "Draft")
    IN_FORCE = "in_force", bi("施行中", "In force")
    PAST = "past", bi("已失效", "Past")
    WITHDRAWN = "withdrawn", bi("已撤回", "Withdrawn")


class RecordState(TextChoices):
    ENTERED = "entered", bi("待核实", "To be verified")
    VERIFIED = "verified", bi("已核实", "Verified")
    DOUBTED = "doubted", bi("存疑", "Doubted")
    SUPERSEDED = "superseded", bi("已更正", "Corrected")
    VOID = "void", bi("已作废", "Void")


LIVE_RECORDS: Final = (RecordState.ENTERED, RecordState.VERIFIED, RecordState.DOUBTED)


class BatchState(TextChoices):
    LOADED = "loaded", bi("待验收", "To be accepted")
    ACCEPTED = "accepted", bi("已验收", "Accepted")
    REPLACED = "replaced", bi("已替换", "Replaced")
    REJECTED = "rejected", bi("已退回", "Rejected")


class CycleState(TextChoices):
    PREPARED = "prepared", bi("准备中", "Prepared")
    RUNNING = "running", bi("进行中", "Running")
    RATED = "rated", bi("评分已截止", "Rated")
    RELEASED = "released", bi("已定稿", "Released")
    ARCHIVED = "archived", bi("已归档", "Archived")
    CANCELLED = "cancelled", bi("已取消", "Cancelled")


class StageState(TextChoices):
    WAITING = "waiting", bi("未开始", "Not begun")
    OPEN = "open", bi("进行中", "Running")
    CLOSED = "closed", bi("已完成", "Done")


class GoalState(TextChoices):
    OPEN = "open", bi("进行中", "Running")
    CLOSED = "closed", bi("已结束", "Closed")


class PlanState(TextChoices):
    DRAFT = "draft", bi("起草中", "Drafting")
    PROPOSED = "proposed", bi("待确认", "Proposed")
    AGREED = "agreed", bi("已确认", "Agreed")
    REPLACED = "replaced", bi("已变更", "Amended")


class GuidanceState(TextChoices):
    NOTED = "noted", bi("已记下", "Noted")
    SEEN = "seen", bi("已看过", "Seen")


class ReportState(TextChoices):
    DRAFT = "draft", bi("起草中", "Drafting")
    HANDED_IN = "handed_in", bi("已提交", "Handed in")


class SheetState(TextChoices):
    OPEN = "open", bi("评分中", "Rating")
    SUBMITTED = "submitted", bi("待审阅", "Submitted")
    CLOSED = "closed", bi("已锁定", "Locked")


class RunState(TextChoices):
    QUEUED = "queued", bi("排队中", "Queued")
    RUNNING = "running", bi("计算中", "Running")
    DONE = "done", bi("已完成", "Done")
    FAILED = "failed", bi("没有算成", "Failed")
    CANCELLED = "cancelled", bi("已取消", "Cancelled")


class ReleaseState(TextChoices):
    DRAFT = "draft", bi("草稿", "Draft")
    LOCKED = "locked", bi("已锁定", "Locked")
    STANDING = "standing", bi("已生效", "Standing")
    REPLACED = "replaced", bi("已替换", "Replaced")


class TaskState(TextChoices):
    OPEN = "open", bi("待办", "To do")
    DONE = "done", bi("已办", "Done")
    DROPPED = "dropped", bi("已取消", "Cancelled")


Move = tuple[str, str, str]  # from, deed, to

MOVES: Final[dict[str, tuple[Move, ...]]] = {
    "SchemeVersion": (
        ("draft", "version.adopt", "in_force"),
        ("draft", "version.withdraw", "withdrawn"),
        ("in_force", "version.supersede", "past"),
    ),
    "Record": (
        ("entered", "record.verify", "verified"),
        ("doubted", "record.verify", "verified"),
        ("entered", "record.doubt", "doubted"),
        ("verified", "record.doubt", "doubted"),
        ("doubted", "record.void", "void"),
        ("entered", "record.correct", "superseded"),
        ("verified", "record.correct", "superseded"),
        ("doubted", "record.correct", "superseded"),
        ("entered", "record.withdraw", "void"),
        ("verified", "record.withdraw", "void"),
        ("doubted", "record.withdraw", "void"),
    ),
    "Batch": (
        ("loaded", "batch.accept", "accepted"),
        ("loaded", "batch.reject", "rejected"),
        ("accepted", "batch.replace", "replaced"),
    ),
    "Cycle": (
        ("prepared", "cycle.open", "running"),
        ("prepared", "cycle.cancel", "cancelled"),
        ("running", "cycle.close_rating", "rated"),
        ("rated", "cycle.reopen_rating", "running"),
        ("rated", "cycle.release", "released"),
        ("released", "cycle.release", "released"),
        ("released", "cycle.archive", "archived"),
    ),
    "Stage": (
        ("waiting", "stage.open", "open"),
        ("open", "stage.close", "closed"),
        ("closed", "stage.move", "open"),
    ),
    "Goal": (("open", "goal.close", "closed"),),
    "Plan": (
        ("draft", "plan.propose", "proposed"),
        ("proposed", "plan.agree", "agreed"),
        ("proposed", "plan.decline", "draft"),
        ("agreed", "plan.amend", "replaced"),
    ),
    "Guidance": (("noted", "guidance.see", "seen"),),
    "Report": (("draft", "report.hand_in", "handed_in"),),
    "Sheet": (
        ("open", "sheet.submit", "submitted"),
        ("submitted", "sheet.countersign", "closed"),
        ("submitted", "sheet.return", "open"),
    ),
    "Run": (
        ("queued", "run.start", "running"),
        ("queued", "run.cancel", "cancelled"),
        ("running", "run.finish", "done"),
        ("running", "run.fail", "failed"),
        ("queued", "run.fail", "failed"),
    ),
    "Release": (
        ("draft", "release.confirm", "locked"),
        ("locked", "release.show", "standing"),
        ("locked", "release.replace", "replaced"),
        ("standing", "release.replace", "replaced"),
    ),
    "Task": (
        ("open", "task.done", "done"),
        ("open", "task.drop", "dropped"),
    ),
}


def target(thing: str, state: str, deed: str) -> str | None:
    """Where the deed moves a thing in this state; None when it may not be done in it."""
    return next((to for origin, named, to in MOVES[thing] if origin == state and named == deed), None)
