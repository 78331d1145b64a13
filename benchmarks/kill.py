"""The server killed while raters save: every save that was acknowledged is there afterwards.

    python -m benchmarks.kill --rounds 20 [--clients 16]

In each round the whole process group gets SIGKILL at a random moment. What was not acknowledged may be there or not, but
never in halves: the journal is checked every time.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import threading
import time

from benchmarks.sheet_service import Rater, chain_is_whole, kill, look_again, lost, prepared, raters, served


def until_cut(rater: Rater, port: int) -> None:
    """Save until the server is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        while rater.save(connection) == http.client.OK:
            pass
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()  # cut off, or half an answer


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the server while score sheets are saved.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    moments = random.Random(given.seed)  # noqa: S311  not for secrets
    missing, broken = 0, 0
    with prepared():
        people = raters(given.clients, given.seed)
        for nr in range(1, given.rounds + 1):
            look_again(people)
            with served(given.workers) as (port, server):
                threads = [threading.Thread(target=until_cut, args=(rater, port)) for rater in people]
                for thread in threads:
                    thread.start()
                time.sleep(moments.uniform(1, 4))
                kill(server)
                for thread in threads:
                    thread.join()
            gone, whole = lost(people), chain_is_whole()
            missing, broken = missing + len(gone), broken + (not whole)
            print(f"round {nr}: {sum(len(rater.acknowledged) for rater in people)} cells acknowledged so far, lost {len(gone)}", flush=True)
        cells = sum(len(rater.acknowledged) for rater in people)
    print(f"kill -9: {given.rounds} rounds, {cells} acknowledged cells, lost {missing}, journals broken {broken}")
    return 0 if not missing and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
