"""`quanheng manage …`: Django's own commands, for those who know them; and a new secret, before there are settings."""

from __future__ import annotations

import os
import secrets
from typing import Final

from quanheng.cli.language import say
from quanheng.cli.output import WrongUse, show
from quanheng.cli.parameters import Parser

PASSED_ON: Final = True  # the arguments go to Django as they are


def purpose() -> str:
    return say("Django 的管理命令；manage secret 生成一个密钥", "Django's commands; manage secret makes a secret")


def arguments(parser: Parser) -> None:
    parser.add_argument("words", nargs="*", metavar=say("命令", "COMMAND"), help=say("check --deploy、migrate……", "check --deploy, migrate, …"))


def command(*, words: list[str]) -> int:
    if words == ["secret"]:
        return show(secrets.token_urlsafe(48))
    if not words:
        raise WrongUse("没有写是哪个命令。", "No command is named.", "例如 quanheng manage check --deploy。", "For example quanheng manage check --deploy.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanheng.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError

    try:
        ManagementUtility(["quanheng manage", *words]).execute()
    except ImproperlyConfigured as unsafe:
        raise WrongUse(f"设置不完整：{unsafe}", f"The settings are unsafe: {unsafe}") from unsafe
    except CommandError as wrong:
        raise WrongUse(f"没有办成：{wrong}", f"Not done: {wrong}") from wrong
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
