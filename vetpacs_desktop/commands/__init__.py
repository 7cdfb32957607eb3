"""The commands of the one command line: each parses nothing, prints nothing, and answers with an `Answer`.

A command imports what it needs inside its function, so that ``--help`` and the small commands start at once.
"""
