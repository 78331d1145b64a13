"""Rows of the year → tables of the engine; results of the engine → rows of the year."""
