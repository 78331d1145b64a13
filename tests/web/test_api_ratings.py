"""Marks of another system come in whole or not at all: into open sheets, below the unit of the key, once."""

import datetime
import uuid

import pytest

from quanheng.domain.actions.cycle import close_rating
from quanheng.domain.models import Entry, Mark, Sheet
from tests.web.test_api import firm_key, send
from tests.year import PACKING, Year, begun

pytestmark = pytest.mark.django_db
MARK = "表现上级评"


@pytest.fixture
def october():
    return begun()


def rated(year: Year, row: str = "E001/2026-10", item: str = MARK, value: str = "88") -> dict[str, object]:
    return {"cycle": year.cycles[-1].ref, "origin": "旧考核系统", "marks": {row: {item: value}}}


def test_marks_come_into_the_open_sheet_of_the_superior_and_the_same_request_twice_is_one(client, october):
    key, once = firm_key(october, PACKING, "ratings"), uuid.uuid4()
    assert send(client, "ratings", rated(october), key, once).json() == {"rows": 1, "again": False, "new": 0, "renamed": 0, "placed": 0}
    assert send(client, "ratings", rated(october), key, once).json()["again"] is True
    mark = Mark.objects.get()
    assert (mark.value, mark.sheet.rater.name, mark.rev) == ("88", "李", 1)
    assert Entry.objects.get(deed="marks.import").capacity == "machine"
    other = send(client, "ratings", rated(october, value="40"), key, once)
    assert other.status_code == 409 and "编号" in other.json()["zh"] and Mark.objects.count() == 1
    assert send(client, "ratings", rated(october, value="90"), key, uuid.uuid4()).json()["rows"] == 1
    assert Mark.objects.latest("rev").value == "90"


def test_a_key_without_the_scope_or_without_a_key_gives_no_marks(client, october):
    key = firm_key(october, PACKING, "records")
    assert send(client, "ratings", rated(october), key).status_code == 403
    assert send(client, "ratings", rated(october), "qh_none_none").status_code == 401
    assert not Mark.objects.exists()


def test_marks_for_somebody_beyond_the_unit_or_an_item_that_is_not_scored_are_refused_whole(client, october):
    key = firm_key(october, PACKING, "ratings")
    both = rated(october) | {"marks": {"E001/2026-10": {MARK: "88"}, "E003/2026-10": {MARK: "70"}}}  # 赵 works in 质检科
    for sent, told in ((both, "E003/2026-10"), (rated(october, row="E999/2026-10"), "E999"), (rated(october, item="合格率"), "合格率")):
        refused = send(client, "ratings", sent, key)
        assert refused.status_code == 409 and told in refused.json()["zh"], refused.content.decode()
    over = send(client, "ratings", rated(october, value="105"), key)
    assert over.status_code == 409 and "100" in over.json()["zh"]
    assert send(client, "ratings", rated(october) | {"cycle": "ZQ-1999-0001"}, key).status_code == 404
    assert not Mark.objects.exists()


def test_a_sheet_that_was_handed_in_and_a_rating_that_is_closed_take_no_marks(client, october):
    key, cycle = firm_key(october, PACKING, "ratings"), october.cycles[-1]
    Sheet.objects.filter(cycle=cycle, part="superior", rater=october.people["李"]).update(state="submitted")
    refused = send(client, "ratings", rated(october), key)
    assert refused.status_code == 409 and "评分表已经提交" in refused.json()["zh"]
    Sheet.objects.filter(cycle=cycle).update(state="open")
    close_rating(october.by("钱", datetime.date(2026, 11, 5)), cycle.pk, reason="提前截止")
    refused = send(client, "ratings", rated(october), key)
    assert refused.status_code == 409 and "截止" in refused.json()["zh"] and not Mark.objects.exists()
