"""Raters who all save at once: how many saves fail or get lost, and how long one takes.

    python -m benchmarks.saves --n 2000 --clients 32 [--workers 2]

The server is the one of `quanheng serve`, on SQLite, every commit written through to the disk; raters and server share the
machine. A save is lost when it was acknowledged and the database does not hold exactly that value under that revision.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import threading
import time

from benchmarks.sheet_service import Rater, chain_is_whole, lost, prepared, raters, served


def one(rater: Rater, port: int, count: int, took: list[float], wrong: list[str]) -> None:
    """A rater's saves, one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(count):
        before = time.perf_counter()
        try:
            status = rater.save(connection)
        except (OSError, http.client.HTTPException) as failure:
            connection.close()
            wrong.append(repr(failure))
            continue
        took.append(time.perf_counter() - before)
        if status != http.client.OK:
            wrong.append(f"status {status}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Save into two score sheets from many clients at once.")
    parser.add_argument("--n", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    took: list[float] = []
    wrong: list[str] = []
    with prepared(), served(given.workers) as (port, _):
        people = raters(given.clients, given.seed)
        threads = [threading.Thread(target=one, args=(rater, port, given.n // len(people), took, wrong)) for rater in people]
        rest = given.n - given.n // len(people) * len(people)
        before = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        one(people[0], port, rest, took, wrong)
        seconds = time.perf_counter() - before
        gone, whole = lost(people), chain_is_whole()
        cells = sum(len(rater.acknowledged) for rater in people)
    took.sort()
    for failure in sorted(set(wrong))[:10]:
        print(f"{wrong.count(failure)} × {failure}")
    at = {share: took[min(len(took) * share // 1000, len(took) - 1)] * 1000 for share in (500, 950, 990)} if took else {}
    print(f"{cells} cells acknowledged; {given.n / seconds:.0f} saves a second; journal {'whole' if whole else 'BROKEN'}")
    print(
        f"saves: {len(took)} of {given.n}, errors {len(wrong)}, lost {len(gone)}, "
        f"p50 {at.get(500, 0):.0f} ms, p95 {at.get(950, 0):.0f} ms, p99 {at.get(990, 0):.0f} ms"
    )
    return 0 if not wrong and not gone and whole and len(took) == given.n else 1


if __name__ == "__main__":
    sys.exit(main())
