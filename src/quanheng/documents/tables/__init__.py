"""Tables of records: from CSV, Excel and Parquet to exact text cells, and results back to files.

Nothing is half read and nothing is guessed: a cell comes out as the text a person would read in it, or as a fault that
names file, sheet, row, column and content. What the text *means* (a number of the declared range, a link that leads
somewhere) is asked by the binder of the engine, which all forms of file share.
"""
