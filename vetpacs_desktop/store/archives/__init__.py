"""The other archives in the index: who they are, what waits to go there, by which rules. It never connects."""
