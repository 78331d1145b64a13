"""权衡 Quanheng: an assessment scheme (考核办法) is one text that prints as the regulation and runs as the program.

Rooms, from the inside: `engine` knows what a scheme means, `documents` turns values into files and files into values,
`cli` is the door from the terminal. Each may import what stands before it, never the reverse.
"""

__version__ = "0.1.0"
