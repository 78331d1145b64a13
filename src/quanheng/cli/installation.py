"""The installation a command works on: its folder and database. Loaded only by commands that need it; the others start at once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from quanheng.cli.language import language, say
from quanheng.cli.output import WrongUse
from quanheng.cli.parameters import Parser


def data_option(parser: Parser) -> None:
    """`--data DIR`, else what QUANHENG_DATA says."""
    parser.add_argument(
        "--data",
        type=Path,
        default=None,
        metavar=say("目录", "DIR"),
        help=say("数据库和文件所在的目录；不写时用 QUANHENG_DATA", "the folder of the database and the files; else QUANHENG_DATA"),
    )


def open_installation(data: Path | None, *, serves: bool = False) -> None:
    """Load Django with its settings. A command that serves no pages needs neither the secret of the sessions nor host names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanheng.settings")
    if data is not None:
        os.environ["QUANHENG_DATA"] = str(data.absolute())
    if not serves:
        os.environ.setdefault("QUANHENG_SECRET", secrets.token_urlsafe(48))
        os.environ.setdefault("QUANHENG_HOSTS", "localhost")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    try:
        django.setup()
    except ImproperlyConfigured as unsafe:
        raise WrongUse(
            f"设置不完整，没有启动：{unsafe}", f"Not started, the settings are unsafe: {unsafe}", "见 docs/operate/install.md。", "See docs/operate/install.md."
        ) from unsafe
    translation.activate("en" if language() == "en" else "zh-hans")


def prepare() -> None:
    """Bring the database and the static files to this version. Safe to repeat."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)
    connections.close_all()
