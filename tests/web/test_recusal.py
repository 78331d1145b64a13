"""The pages say who is recused from whom and why, and HR names somebody else."""

import pytest
from django.test import Client

from quanheng.domain.models import Cycle, Duty, Part, Recusal, Sheet
from tests.cast import sign_in
from tests.year import SINCE, Year, begun, with_group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def year() -> Year:
    made = begun(2, text=with_group(), groups={"评议组": {"吴": "leader", "赵": "member", "李": "member", "钱": "secretary"}})
    for name in ("李", "赵"):
        Recusal.objects.create(org=made.org, person=made.people[name], other=made.people["王"], cause="夫妻", since=SINCE)
    return made


def seen(year: Year, name: str, path: str) -> str:
    client = Client()
    sign_in(client, year.people[name])
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_tells_hr_and_nobody_else_who_is_recused_and_why(year):
    cycle = year.cycles[-1]
    told = seen(year, "钱", f"/cycles/{cycle.pk}/")
    assert "已登记回避：夫妻" in told and "还没有人" in told and "另定评分人" in told and "小组其他成员" in told
    assert "夫妻" not in seen(year, "李", f"/cycles/{cycle.pk}/")


def test_a_sheet_tells_the_rater_what_he_leaves_and_the_group_who_leaves_what_without_the_cause(year):
    cycle = year.cycles[-1]
    own = Sheet.objects.get(cycle=cycle, part=Part.SUPERIOR, rater=year.people["李"])
    assert "你要回避王：已登记回避：夫妻。这一行由人力资源另定人评。" in seen(year, "李", f"/scores/{own.pk}/")
    group = Sheet.objects.get(cycle=cycle, part=Part.GROUP)
    told = seen(year, "吴", f"/scores/{group.pk}/")
    assert "不评 王：已登记回避" in told and "夫妻" not in told


def test_hr_names_another_rater_on_a_page_that_a_head_does_not_have(client, year):
    cycle: Cycle = year.cycles[-1]
    path = f"/cycles/subjects/{cycle.subjects.get(person=year.people['王']).pk}/rater/superior/"
    sign_in(client, year.people["李"])
    assert client.get(path).status_code == 404
    sign_in(client, year.people["钱"])
    assert client.get(path).status_code == 200 and client.get(path.replace("superior", "group")).status_code == 404
    refused = client.post(path, {"who": "赵", "reason": "直接上级回避"})
    assert refused.status_code == 409 and "赵要回避" in refused.content.decode()
    client.post(path, {"who": "张", "reason": "直接上级回避"})
    assert Duty.objects.get(subject__person=year.people["王"], part=Part.SUPERIOR).rater == year.people["张"]
    assert "已登记回避：夫妻" in client.get(f"/cycles/{cycle.pk}/").content.decode()
