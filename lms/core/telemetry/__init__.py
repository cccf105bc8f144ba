"""What leaves the process for those who watch it: errors and traces."""
