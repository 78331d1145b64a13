"""The pages that everybody opens, in requests per second, beside a trivial page of the same server.

    python -m benchmarks.pages [--seconds 5] [--rounds 3] [--staff 20] [--workers 2]

Needs `wrk` (Debian: apt install wrk). The enterprise scheme with two finished months and a running one is served as `quanheng
serve` does it; a member of staff opens his home and his result, a head his score sheet. The trivial page makes one query and
fills one small template behind the same middleware: `bare` for anybody, `signed in` for somebody whose session, account and
capacities are read, as every page of the product must. All take turns within a round; the median of the rounds is shown, and
each page's share of both.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys

from benchmarks.sheet_service import prepared, served

CONNECTIONS = 8


def per_second(port: int, address: str, cookie: str, seconds: int) -> float:
    """Requests per second that were answered well."""
    url = f"http://127.0.0.1:{port}{address}"
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", f"Cookie: qh_session={cookie}", url], capture_output=True, text=True, check=True
    )
    assert "Non-2xx" not in done.stdout, f"{address}: {done.stdout}"
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def sessions() -> dict[str, tuple[str, str]]:
    """Name → address and session of each page."""
    from django.test import Client

    from quanheng.domain.models import Outcome, Person, Sheet

    def session(number: str) -> str:
        client = Client()
        login = Person.objects.select_related("login").get(number=number).login
        assert login is not None
        client.force_login(login, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.cookies["qh_session"].value

    staff, head = session("E001"), session("E002")
    sheet = Sheet.objects.filter(rater__number="E002", part="superior").latest("pk")
    result = Outcome.objects.filter(subject__person__number="E001").latest("pk").run.release.cycle.ref
    return {
        "bare": ("/bare/", staff), "signed in": ("/signed-in/", staff), "home": ("/", staff), "sheet": (f"/scores/{sheet.pk}/", head),
        "result": (f"/results/{result}/mine/", staff),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Requests per second of pages, beside a trivial one.")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--staff", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not here: apt install wrk")

    def fill() -> None:
        from tests.year import enterprise

        enterprise(chosen.staff)

    with prepared(fill):
        pages = sessions()
        with served(chosen.workers, "benchmarks.trivial:application") as (port, _):
            rounds = [{name: per_second(port, *page, chosen.seconds) for name, page in pages.items()} for _ in range(chosen.rounds)]
    medians = {name: statistics.median(each[name] for each in rounds) for name in pages}
    sys.stdout.write(f"{'page':<12}{'requests/s':>12}{'of bare':>10}{'of signed in':>14}\n")
    for name, rate in medians.items():
        sys.stdout.write(f"{name:<12}{rate:>12.1f}{rate / medians['bare']:>10.0%}{rate / medians['signed in']:>14.0%}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
