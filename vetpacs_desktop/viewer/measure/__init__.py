"""Measuring: points of an image and what it says of itself -> a value with its unit and its basis."""
