"""Pages, forms and the JSON interface. No tables: what is written is written by the deeds of `domain`."""
