"""The panel of other archives: who they are, what is on its way to them, what they have."""
