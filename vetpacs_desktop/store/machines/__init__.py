"""The clinic's machines: who may send, who did, what happened on each call, what headers betray."""
