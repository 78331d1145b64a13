"""The scheme document: the regulation itself, one text file, read into values that know their place and article."""
