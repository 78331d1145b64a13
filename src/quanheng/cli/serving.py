"""The web server and the worker as two children, which end with this process however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

PATIENCE_SECONDS: Final = 60
GRACE_SECONDS: Final = 20

SERVER: Final = (
    "-m", "granian", "--interface", "wsgi", "quanheng.web.wsgi:application", "--no-ws", "--log-level", "warning",
    # Two threads and a short queue for each process: SQLite waits by polling, and more writers at once wait longer, not less.
    "--blocking-threads", "2", "--backpressure", "32", "--workers-kill-timeout", "10",
)  # fmt: skip
WORKER: Final = ("-m", "django", "db_worker", "--queue-name", "*", "--interval", "1")


class Stopped(Exception):
    """Somebody asked this process to end."""


def serve(host: str, port: int, workers: int, ready: Callable[[], None], *, once: Sequence[Sequence[str]] = ()) -> int:
    """Serve until told to stop: 0 then, 1 when a child ended by itself. `ready` is called with the first good answer.
    `once`: what runs beside it and may come to its own end."""
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        children.append(_child([*SERVER, "--host", host, "--port", str(port), "--workers", str(workers)]))
        children.append(_child(WORKER))
        if _answers(port, host, children):
            ready()
        kept = list(children)
        children.extend(_child(each) for each in once)
        while all(child.poll() is None for child in kept):
            time.sleep(0.5)
        return 1
    except Stopped:
        return 0
    finally:
        _end(children)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _child(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  our own server and worker
        [sys.executable, "-P", *arguments],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  this process has one thread
    )


def _die_with_parent() -> None:
    """Ask the kernel to end the child when this process is killed: nothing may go on holding the port. Linux alone knows this."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _answers(port: int, host: str, children: Sequence[subprocess.Popen[bytes]]) -> bool:
    where = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  compared, not bound
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(f"http://{f'[{where}]' if ':' in where else where}:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Let the server answer what it has begun, then the worker finish its task; kill what does not end."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
