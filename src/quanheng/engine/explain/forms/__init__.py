"""How each surface form speaks of itself: which tier, how many steps, which records, which place in the group."""
