"""What Django reads before any test: an own folder for data, and the settings for tests. Loaded first of all (pyproject)."""

import atexit
import os
import shutil
import tempfile

os.environ["QUANHENG_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "quanheng.settings"
if "QUANHENG_TEST_DATA" in os.environ:  # a worker shares the folder of the process that started it
    os.environ["QUANHENG_DATA"] = os.environ["QUANHENG_TEST_DATA"]
else:
    os.environ["QUANHENG_DATA"] = os.environ["QUANHENG_TEST_DATA"] = tempfile.mkdtemp(prefix="quanheng-test-")
    atexit.register(shutil.rmtree, os.environ["QUANHENG_DATA"], ignore_errors=True)
