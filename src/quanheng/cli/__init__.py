"""The `quanheng` command: reads arguments, asks the engine and the documents, prints. It decides nothing about schemes."""
