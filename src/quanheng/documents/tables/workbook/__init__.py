"""Excel workbooks (.xlsx, .xlsm), read by an own streaming reader in a process of its own.

Why not one of the well-known readers: they hand over binary floats (a lost digit is an error here), hide whether a
cell is shown as a percentage, skip formulas that were never computed, and one stray cell in XFD1048576 makes some of
them ask for hundreds of gigabytes and abort. What a table of records needs of the format is small: sheets, shared
texts, number formats. `package` looks at the archive, `cells` turns what a cell stores into what a person typed,
`sheets` streams the XML, `child` does so under limits of memory and time, `reader` starts it and puts the answer
together.
"""
