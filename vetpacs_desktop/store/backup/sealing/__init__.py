"""Copies that only the clinic can read: the format, its keys, and the sheet on which they are printed."""
