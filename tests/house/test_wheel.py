"""What is installed from a wheel finds its schemes without a checkout beside it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.tree import ROOT

SOURCE = ["LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py", "requirements", "schemes", "src"]


def test_an_installed_package_brings_its_schemes(tmp_path: Path):
    tree, out = tmp_path / "tree", tmp_path / "out"
    tree.mkdir()
    for name in SOURCE:  # a copy: building leaves its traces beside the source
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "node_modules"))
        else:
            shutil.copyfile(ROOT / name, tree / name)
    build = "import setuptools.build_meta as build, sys; print(build.build_wheel(sys.argv[1]))"
    out.mkdir()
    made = subprocess.run([sys.executable, "-c", build, str(out)], cwd=tree, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    schemes = tmp_path / "installed" / "quanheng" / "schemes"
    wanted = {path.parent.relative_to(ROOT / "schemes") for path in (ROOT / "schemes").rglob("scheme.md")}
    assert {path.parent.relative_to(schemes) for path in schemes.rglob("scheme.md")} == wanted
    assert not list(schemes.rglob("*.py")) and not list(schemes.rglob("expected"))
    for words, said in ((["new", "我的办法", "--from", "blank"], "我的办法"), (["check", "我的办法"], "")):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "quanheng", *words], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "") and said in done.stdout
