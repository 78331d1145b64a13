"""The compiled scheme: tables, links and computed columns in dependency order, typed, with ranges."""
