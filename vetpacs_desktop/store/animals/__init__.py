"""Whose exam it is: the animals of the clinic, and what people say better than a device did."""
