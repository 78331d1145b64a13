"""How large a file may be. Beyond these it is refused before anything is unpacked or parsed.

A workbook that a person fills in is far below every one of them; bulk data comes as Parquet, which has no limit here.
"""

from typing import Final

WORKBOOK_BYTES: Final = 20 * 2**20
UNPACKED_BYTES: Final = 100 * 2**20
UNPACKED_RATIO: Final = 1_000
MEMBERS: Final = 2_000

ROWS: Final = 1_048_576
COLUMNS: Final = 200
CELLS: Final = 2_000_000
CELL_CHARACTERS: Final = 32_767  # Excel's own limit
TEXT_CHARACTERS: Final = 50_000_000  # all cells of one file together: one long shared text can stand in every cell
BLANK_ROWS: Final = 1_000  # content further below the table than this got there by accident

CSV_BYTES: Final = 200 * 2**20
CSV_CELLS: Final = 10_000_000

FAULTS: Final = 500  # of one sheet; who has more does not read them all

PARQUET_ROWS_IN_MEMORY: Final = 100_000

CHILD_MEMORY: Final = 2**30
CHILD_CPU_SECONDS: Final = 60
CHILD_PATIENCE_SECONDS: Final = 120
