"""What the pages of results, runs and schemes ask of the database, with ten times as many people."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.web.test_results import sign_in, text
from tests.year import enterprise

pytestmark = pytest.mark.django_db
PAGES = (
    "/results/{ref}/", "/results/{ref}/?by=unit", "/results/{ref}/person/{wang}/", "/results/{ref}/sheet/", "/cycles/{ref}/runs/", "/runs/{run}/", "/schemes/",
    "/schemes/versions/{version}/", "/explain/{run}/员工每月/E001/2026-10/得分/",
)  # fmt: skip


def test_no_page_asks_more_of_the_database_for_ten_times_as_many_people(client):
    counts = []
    for staff in (0, 36):
        with transaction.atomic():
            year = enterprise(staff=staff)
            sign_in(client, year, "钱")
            names = {"ref": year.cycles[-1].ref, "run": year.runs[-1].ref, "wang": year.people["王"].pk, "version": year.version.pk}
            asked = []
            for page in PAGES:
                text(client.get(page.format(**names)))  # what is kept in the process is there the second time
                with CaptureQueriesContext(connection) as seen:
                    text(client.get(page.format(**names)))
                asked.append(len(seen))
            counts.append(asked)
            client.logout()
            transaction.set_rollback(True)
    assert counts[0] == counts[1]
