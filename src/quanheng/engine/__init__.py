"""The engine: what a scheme means. Pure — no Django, no clock, no network; text and tables in, values out."""
