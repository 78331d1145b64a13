"""Surface forms → the few operations of the plan. One module per family of functions; `core` holds what they share."""
