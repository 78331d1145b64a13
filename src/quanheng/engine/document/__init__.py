"""The scheme document: the regulation itself as one text file, read into values that each know their place and article."""
