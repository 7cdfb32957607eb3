"""The installer: from a bare machine with Python to a running or tested program. Standard library only."""
