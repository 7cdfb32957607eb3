"""What leaves for other archives: one object, one queue, and the process that works the queues off."""
