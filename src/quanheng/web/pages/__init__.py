"""One file for each page family. A page asks (`queries`) and shows; what it changes, a deed changes (`actions`)."""
