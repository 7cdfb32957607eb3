"""The other archives in the index: who they are, what waits to go there and why. It never connects."""
