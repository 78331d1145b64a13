"""日常指导: given by the superior, seen by the person, by nobody else."""

import pytest

from quanheng.domain.actions import guidance as actions
from quanheng.domain.models import Guidance
from tests.cast import NOW, sign_in


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_li_notes_a_talk_and_wang_has_seen_it(client, li, wang, zhao):
    sign_in(client, li.person)
    assert client.get("/guidance/add/").status_code == 200
    form = {"who": "王强", "day": "2026-10-14", "text": "清场记录要当班补齐。", "agreed": "月底前复查一次。"}
    assert client.post("/guidance/add/", form).url == "/guidance/"
    made = Guidance.objects.get()
    assert (made.person, made.by, made.kind, made.state) == (wang.person, li.person, "daily", "noted")
    assert client.post(f"/guidance/{made.pk}/see/").status_code == 404, "only the person has seen it"
    sign_in(client, zhao.person)
    assert client.get(f"/guidance/{made.pk}/").status_code == 404
    sign_in(client, wang.person)
    assert "我看过了" in client.get(f"/guidance/{made.pk}/").content.decode()
    assert client.post(f"/guidance/{made.pk}/see/").url == f"/guidance/{made.pk}/"
    assert client.post(f"/guidance/{made.pk}/see/").status_code == 409
    made.refresh_from_db()
    assert made.state == "seen" and "清场记录" in client.get("/guidance/").content.decode()


def test_guidance_is_for_those_one_answers_for(client, li, sun):
    for viewer, who in ((li, "赵磊"), (sun, "王强")):
        sign_in(client, viewer.person)
        assert client.post("/guidance/add/", {"who": who, "day": "2026-10-14", "text": "多看规程。"}).status_code == 422
    assert not Guidance.objects.exists()


def test_nobody_guides_himself_or_tomorrow(li, wang):
    from quanheng.domain.refusal import Refusal

    for person, day in ((li.person, li.today), (wang.person, li.today.replace(day=30))):
        with pytest.raises(Refusal):
            actions.note(li, person.pk, day=day, text="说过了。")
