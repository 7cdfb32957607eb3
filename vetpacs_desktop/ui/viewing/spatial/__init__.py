"""Measuring in the animal: values that take a while, what grows from a seed, the value under the mouse."""
