"""A review group's sheet: the leader takes the mean of the members' marks, members agree or keep a view of their own."""

from __future__ import annotations

from fractions import Fraction

from quanheng.domain.actions.asking import done
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.actions.rating import RATING, own_sheet, require_open, seat_of, sign
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Mark, Meaning, SeatRole, Sheet, TaskKind
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.marks import newest, open_cells, open_places
from quanheng.domain.queries.members import member_marks
from quanheng.domain.refusal import require
from quanheng.engine.values import Rounding, decimal_text, round_exact


@deed("sheet.average")
def average_marks(by: Viewer, sheet_id: int) -> int:
    """Where the group has no mark yet it takes the mean of its members', rounded half up to the decimals of the item. What
    the group agreed on stays; members who are recused from a subject have given nothing there."""
    sheet = own_sheet(by, sheet_id)
    require_open(sheet)
    require(sheet.committee_id is not None, "只有小组的评分表取平均。", "Only a group's sheet takes means.")
    require(by.leads(sheet.committee_id), "取平均由组长办理。", "The leader takes the mean.")
    assert by.person is not None
    items = {item.name: item for item in items_of(sheet.cycle.version)}
    given, now = member_marks(sheet, by.today), newest(sheet)
    made = []
    for place in open_places(sheet):
        values = [Fraction(mark.value) for mark in given.get(place, ()) if mark.value]
        if not values:
            continue
        mean = round_exact(sum(values, Fraction(0)) / len(values), items[place[1]].digits, Rounding.HALF_UP)
        before = now[place].rev if place in now else 0
        made.append(Mark(sheet=sheet, subject_id=place[0], item=place[1], rev=before + 1, value=decimal_text(mean), by=by.person, at=by.now))
    require(made, "没有可以取平均的格子：成员还没有打分，或者小组已经都填了。", "There is no cell to take a mean for.")
    Mark.objects.bulk_create(made, batch_size=500)
    Sheet.objects.filter(pk=sheet.pk).update(rev=sheet.rev + 1)
    content = [[mark.subject_id, mark.item, mark.value] for mark in made]
    enter(by, "sheet.average", About.SHEET, sheet, digest=digest_of(content, sheet.salt), capacities=RATING, ref=sheet.cycle.ref)
    return len(made)


@deed("sheet.agree")
def agree(by: Viewer, sheet_id: int) -> Sheet:
    """A member signs what stands in the group's sheet."""
    sheet = _as_member(by, sheet_id)
    require(not open_cells(sheet), "小组还没有评完，评完再签字。", "The group has not finished yet.")
    sign(by, sheet, Meaning.AGREED)
    done(by, TaskKind.RATE, About.SHEET, sheet.pk, of=by.person)  # the others', and the leader's, go on
    enter(by, "sheet.agree", About.SHEET, sheet, digest=digest_of(["agreed", sheet.rev], sheet.salt), capacities=RATING, ref=sheet.cycle.ref)
    return sheet


@deed("sheet.dissent")
def dissent(by: Viewer, sheet_id: int, *, text: str) -> Sheet:
    """A member of a group keeps a view of his own; it stays with the sheet."""
    sheet = _as_member(by, sheet_id)
    require(text.strip(), "没有写意见。", "The view is missing.")
    sign(by, sheet, Meaning.DISSENT, text.strip()[:500])
    if seat_of(by, sheet) == SeatRole.MEMBER:
        done(by, TaskKind.RATE, About.SHEET, sheet.pk, of=by.person)
    content = digest_of(["dissent", sheet.rev], sheet.salt)
    enter(by, "sheet.dissent", About.SHEET, sheet, digest=content, capacities=RATING, ref=sheet.cycle.ref, reason=text[:200])
    return sheet


def _as_member(by: Viewer, sheet_id: int) -> Sheet:
    sheet = own_sheet(by, sheet_id)
    require(sheet.committee_id is not None, "只有小组的评分表由成员签字。", "Only a group's sheet is signed by members.")
    require(seat_of(by, sheet) in (SeatRole.LEADER, SeatRole.MEMBER), "由小组成员签字。", "For the members of the group.")
    require_open(sheet)
    return sheet
