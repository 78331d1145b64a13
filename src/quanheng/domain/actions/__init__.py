"""Deeds: the only code that writes. Each one locks, judges, moves, changes and writes its entry, in one transaction."""
