"""The small language in which rules are written: text → tree, with places. Knows no tables and no schemes."""
