"""One run: what a generation holds, brought to a target, read back, and published last."""
