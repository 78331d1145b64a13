"""Files to values and values to files. What a scheme means is the engine's matter; no scheme is known here by name."""
