"""What belongs to the project: its files, its modules and their syntax trees."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "quanheng"
MADE_HERE = {".git", ".venv", "__pycache__", "build", "dist", "_build", "htmlcov", "node_modules", "built"}


@cache
def files() -> tuple[Path, ...]:
    """List the tracked files; outside a git checkout, everything but what a machine makes for itself."""
    found = [ROOT / name for name in tracked()]
    if not found:
        found = [path for path in ROOT.rglob("*") if not is_made_here(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def tracked() -> list[str]:
    """Ask git, where there is git and this is a checkout of its own."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [name for name in listed.stdout.decode().split("\0") if name]


def is_made_here(path: Path) -> bool:
    """Recognise caches and built things by their folder."""
    return any(part in MADE_HERE or part.endswith(("_cache", ".egg-info")) for part in path.parts)


@cache
def texts() -> dict[str, str]:
    """Read every tracked text file, by its path from the root."""
    read = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            read[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return read


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every tracked module of the package, by its path inside it: `engine/values.py`."""
    inside = "src/quanheng/"
    return {
        name.removeprefix(inside): ast.parse(text, name)
        for name, text in texts().items()
        if name.startswith(inside) and name.endswith(".py")
    }


def dotted(node: ast.AST) -> str:
    """Spell `datetime.datetime.now` as it stands; anything that is not a plain chain of names is empty."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, attribute):
            before = dotted(value)
            return f"{before}.{attribute}" if before else ""
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Walk the calls with the name they call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)
