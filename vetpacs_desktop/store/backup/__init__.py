"""Copies of the library elsewhere: made, proved, thinned out, and brought back."""
