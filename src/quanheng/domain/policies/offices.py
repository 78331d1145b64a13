"""Which offices do which kind of deed: asked by the deed, and by the page that offers it."""

from typing import Final

from quanheng.domain.models import Capacity

EDITORS: Final = (Capacity.OFFICER, Capacity.HR)  # keep the regulations
ORDERING: Final = (Capacity.HR, Capacity.OFFICER, Capacity.SECRETARY)  # order a run
