"""A bar on the terminal for work that takes over a second; nothing at all for work that does not, or into a file."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_SECONDS: Final = 1


class Steps:
    """`with Steps(3) as steps: steps.next("读数据") …` shows which step is being worked on."""

    def __init__(self, count: int) -> None:
        self._count, self._done, self._text = count, -1, ""
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._timer = threading.Timer(PATIENCE_SECONDS, self._appear) if sys.stderr.isatty() else None

    def next(self, text: str) -> None:
        """The step before is done; this one begins."""
        with self._lock:
            self._done, self._text = self._done + 1, text
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, completed=self._done, description=text)

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        with self._lock:
            self._task = bar.add_task(self._text, total=self._count, completed=max(self._done, 0))
            self._bar = bar
            bar.start()

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._bar is not None:
            self._bar.stop()
