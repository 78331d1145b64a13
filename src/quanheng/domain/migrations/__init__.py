"""One chain of changes of the tables."""
