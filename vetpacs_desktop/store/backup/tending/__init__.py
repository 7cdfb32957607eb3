"""What goes on by itself: when runs are due, how backups are doing, and who is told."""
