"""Seven organisations to look around in: the shipped systems, each with a finished past and a cycle that is running now.

Everything is made by the same deeds as in earnest, with the days of the shipped data moved to where today is.
"""
