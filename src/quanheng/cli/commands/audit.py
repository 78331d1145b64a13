"""`quanheng audit verify`, `quanheng audit head`: whether the journal is whole, and what to keep outside so that one can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quanheng.cli.installation import data_option, open_installation
from quanheng.cli.language import say
from quanheng.cli.output import FAULTS, WrongUse, as_json, show, show_json
from quanheng.cli.parameters import Parser

if TYPE_CHECKING:
    from quanheng.domain.journal import Verdict
    from quanheng.domain.models import Chain

HEAD: Final = re.compile(r"(?:(?P<chain>[\w-]+)\s+)?(?P<seq>\d{1,18}):(?P<hash>[0-9a-f]{64})")

Heads = dict[str, list[tuple[int, str]]]  # by chain


def purpose() -> str:
    return say("核对日志有没有被改过（verify），打印链头（head）", "whether the journal was changed (verify); print its heads (head)")


def arguments(parser: Parser) -> None:
    parser.add_argument("action", choices=("verify", "head"), metavar="verify|head", help=say("核对，或打印链头", "check, or print the heads"))
    data_option(parser)
    parser.add_argument(
        "--org",
        default="",
        metavar=say("代码", "KEY"),
        help=say("只看一个单位；installation 是整个系统的日志", "one organisation only; installation for the journal above them"),
    )
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        metavar=say("文件|序号:校验值", "FILE|SEQ:HASH"),
        help=say(
            "存在外面的链头：audit head 打印的文件，或一个序号:校验值（要同时写 --org）；可以写几次",
            "a head kept outside: a file printed by audit head, or SEQ:HASH together with --org; repeatable",
        ),
    )
    parser.add_argument(
        "--where",
        default="",
        metavar=say("存放处", "PLACE"),
        help=say("记下链头存在哪里，例如“公示表 2026-10”", "remember where the head is kept, such as a notice"),
    )
    parser.json()


def command(*, action: str, data: Path | None, org: str, head: list[str], where: str, json: bool) -> int:
    as_json(json)
    outside = _heads(head, org)
    open_installation(data)
    chains = _chains(org)
    return _verify(chains, outside, json) if action == "verify" else _print_heads(chains, where, json)


def _chains(org: str) -> list[Chain]:
    from django.db import DatabaseError

    from quanheng.domain.journal import name_of
    from quanheng.domain.models import Chain

    try:
        found = list(Chain.objects.select_related("org").order_by("pk"))
    except DatabaseError as absent:
        raise WrongUse(f"读不了数据库：{absent}", f"The database cannot be read: {absent}") from absent
    chosen = [chain for chain in found if not org or name_of(chain) == org]
    if org and not chosen:
        raise WrongUse(
            f"没有“{org}”的日志。", f"There is no journal of “{org}”.", f"有：{'、'.join(map(name_of, found))}", f"There are: {', '.join(map(name_of, found))}"
        )
    return chosen


def _heads(given: Sequence[str], org: str) -> Heads:
    found: Heads = {}
    for text in given:
        direct = HEAD.fullmatch(text)
        lines = [text] if direct else _lines(Path(text))
        for line in lines:
            match = HEAD.search(line)
            if match is None:
                continue
            chain = match["chain"] or org
            if not chain:
                raise WrongUse(f"{text} 没有写是哪个单位的链头。", f"{text} does not say whose head it is.", "加上 --org 代码。", "Add --org KEY.")
            if not org or chain == org:
                found.setdefault(chain, []).append((int(match["seq"]), match["hash"]))
    if given and not found:
        raise WrongUse(
            "没有读到链头。", "No head was found.", "链头写成 代码 序号:校验值，见 quanheng audit head。", "A head is KEY SEQ:HASH, see quanheng audit head."
        )
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise WrongUse(
            f"读不了 {path}。", f"{path} cannot be read.", "写 audit head 打印的文件，或 序号:校验值。", "Give a file printed by audit head, or SEQ:HASH."
        ) from unreadable


def _verify(chains: Iterable[Chain], outside: Heads, json: bool) -> int:
    from quanheng.domain.journal import lost, name_of, verify

    verdicts = [verify(chain, outside.get(name_of(chain), [])) for chain in chains]
    verdicts += [lost(name, heads) for name, heads in outside.items() if name not in {verdict.chain for verdict in verdicts}]
    broken = any(verdict.found for verdict in verdicts)
    if json:
        return show_json([_object(verdict) for verdict in verdicts], FAULTS if broken else 0)
    return show("\n".join(_line(verdict) for verdict in verdicts) or say("还没有日志。", "There is no journal yet."), FAULTS if broken else 0)


def _line(verdict: Verdict) -> str:
    if verdict.found is None:
        return say(
            f"{verdict.chain}：{verdict.entries} 条，完整。{verdict.entries}:{verdict.head}",
            f"{verdict.chain}: {verdict.entries} entries, whole. {verdict.entries}:{verdict.head}",
        )
    return f"{verdict.chain}{say('：', ': ')}{say(verdict.found.zh, verdict.found.en)}"


def _object(verdict: Verdict) -> dict[str, object]:
    found = verdict.found
    first = {"seq": found.seq, "message": say(found.zh, found.en)} if found else None
    return {"chain": verdict.chain, "entries": verdict.entries, "head": verdict.head, "whole": found is None, "first_bad": first}


def _print_heads(chains: Iterable[Chain], where: str, json: bool) -> int:
    from django.utils import timezone

    from quanheng.domain.actions.anchoring import anchor
    from quanheng.domain.journal import GENESIS, name_of

    shown = []
    for chain in chains:
        if where:
            anchor(chain, where, timezone.now())
        shown.append({"chain": name_of(chain), "seq": chain.seq, "hash": chain.hash or GENESIS})
    if json:
        return show_json(shown)
    return show("\n".join(f"{each['chain']} {each['seq']}:{each['hash']}" for each in shown))
