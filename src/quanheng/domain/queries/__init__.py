"""What pages read: the only code that builds querysets for them."""
