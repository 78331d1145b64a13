"""All rows at once: data bound to a plan, two independent executors, one form of result."""
