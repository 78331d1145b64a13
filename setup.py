"""What pyproject.toml cannot say: the example schemes lie beside `src` for people, and inside the package when installed."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SCHEMES = Path(__file__).parent / "schemes"


class WithSchemes(build_py):
    """Takes the schemes and their data along; what they must come out as is for the tests."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "quanheng" / "schemes"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(SCHEMES, target, ignore=shutil.ignore_patterns("expected", "*.py", "__pycache__"))


setup(cmdclass={"build_py": WithSchemes})
