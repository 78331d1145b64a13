"""`quanheng …`: the entry, and the one place where what went wrong becomes an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from quanheng.cli import language
from quanheng.cli.output import INTERRUPTED, WRONG_USE, WrongUse, refuse, tell
from quanheng.engine.faults import InputRefused


def run() -> None:
    """Entry of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal in GBK lacks a few of our signs
    sys.exit(main(sys.argv[1:], os.environ))


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out the command; returns the exit code: 0 fine, 1 faults in the input, 2 wrong use."""
    try:
        rest = language.choose(arguments, environment)
        from quanheng.cli.app import application

        return application(rest)
    except InputRefused as refused:
        return refuse(refused.faults)
    except WrongUse as wrong:
        return tell("\n".join([wrong.text, *([f"    {wrong.hint}"] if wrong.hint else [])]), WRONG_USE)
    except language.UnknownLanguage as unknown:
        return tell(f"--lang {unknown}：只有 zh 和 en。/ --lang {unknown}: only zh and en.", WRONG_USE)
    except KeyboardInterrupt:
        return tell(language.say("已中断。", "Interrupted."), INTERRUPTED)
