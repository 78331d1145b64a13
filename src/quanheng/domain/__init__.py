"""The year of an organisation: house, rules, facts, cycle, plan, rating, run, duty, audit. No pages; writes only by deeds."""
