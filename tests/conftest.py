"""What holds for every test: repeatable examples, and no silent skip where everything is required."""

import os

import pytest
from hypothesis import settings

REQUIRE_ALL = "QUANHENG_REQUIRE_ALL"

# No deadline: a busy machine is not a fault. Where everything is required the examples are fixed, so that one commit
# always gets one verdict; elsewhere every run looks at new ones.
settings.register_profile("everyday", deadline=None, print_blob=True)
settings.register_profile("gate", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("gate" if os.environ.get(REQUIRE_ALL) == "1" else "everyday")


def refused_skips(config: pytest.Config) -> list[str]:
    """Name each skipped test with its reason, if nothing may be skipped here."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(REQUIRE_ALL) != "1" or reporter is None:
        return []
    return [f"{report.nodeid}: {reason(report)}" for report in reporter.stats.get("skipped", [])]


def reason(report: pytest.TestReport) -> str:
    """Take the reason out of (file, line, reason)."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for a skip; pytest returns what the session says here, and still prints its own closing line."""
    if session.exitstatus == pytest.ExitCode.OK and refused_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was skipped."""
    if refused := refused_skips(terminalreporter.config):
        terminalreporter.section(f"skipped, but {REQUIRE_ALL}=1 allows no skip", red=True)
        for line in refused:
            terminalreporter.line(f"REFUSED SKIP {line}", red=True)
