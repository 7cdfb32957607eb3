"""Volumes in the reading page: made behind the scenes, cut into planes, with lines from one to the other."""
