"""The auditor reads the journal, checks it and takes its head out of the house; nobody else does."""

import pytest

from quanheng.domain.models import Anchor, Chain
from tests.cast import make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["sun", "chen"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_auditor_and_the_audit_administrator_read_and_check_the_journal(client, cast, who, language):
    make_cast("yi", "乙公司")
    sign_in(client, cast.people[who])
    client.cookies["qh_language"] = language
    shown = client.get("/audit/").content.decode()
    count = Chain.objects.get(org=cast.org).seq
    assert f">{count}</td>" in shown and "王强" in shown and "乙公司" not in shown
    verdict = client.post("/audit/verify/").content.decode()
    assert f"{count}:{Chain.objects.get(org=cast.org).hash}" in verdict and "qh-note-ok" in verdict


def test_it_is_narrowed_by_deed_person_and_reference_and_turned(client, cast):
    sign_in(client, cast.people["sun"])
    assert client.get("/audit/?deed=grant.given").content.decode().count(">授权</td>") == 8
    client.cookies["qh_language"] = "en"
    assert client.get("/audit/?deed=grant.given").content.decode().count(">Grant given</td>") == 8
    client.cookies["qh_language"] = "zh-hans"
    for by in ("王强", "1001"):
        shown = client.get("/audit/", {"person": by}).content.decode()
        assert "王强" in shown and "李敏" not in shown
    assert "1004" in client.get("/audit/?thing=1004").content.decode()
    assert client.get("/audit/?thing=none&after=x&before=99999999999999999999").status_code == 200


def test_the_head_is_printed_and_where_it_is_kept_is_noted(client, cast):
    sign_in(client, cast.people["sun"])
    chain = Chain.objects.get(org=cast.org)
    assert f"jia {chain.seq}:{chain.hash}" in client.get("/audit/head/").content.decode()
    assert client.post("/audit/head/", {"where": " "}).status_code == 409
    assert client.post("/audit/head/", {"where": "公示表 2026-10"}).status_code == 302
    assert Anchor.objects.get().hash == chain.hash and "公示表 2026-10" in client.get("/audit/head/").content.decode()


def test_a_change_in_the_database_is_named_on_the_page(client, cast):
    sign_in(client, cast.people["sun"])
    Chain.objects.filter(org=cast.org).update(hash="0" * 64)
    assert "链头与最后一条不符" in client.post("/audit/verify/").content.decode()


@pytest.mark.parametrize("who", ["wang", "li", "zhang", "qian", "wu", "zheng", "feng"])
def test_nobody_else_sees_the_journal(client, cast, who):
    sign_in(client, cast.people[who])
    assert [client.get("/audit/").status_code, client.get("/audit/head/").status_code] == [404, 404]
    assert [client.post("/audit/verify/").status_code, client.post("/audit/head/", {"where": "x"}).status_code] == [404, 404]
    assert not Anchor.objects.exists()


def test_a_page_of_the_journal_asks_as_often_for_many_entries_as_for_few(client, cast, django_assert_num_queries, django_assert_max_num_queries):
    sign_in(client, cast.people["sun"])
    client.get("/audit/?deed=org.made")
    with django_assert_max_num_queries(40) as few:
        client.get("/audit/?deed=org.made")
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/audit/")
