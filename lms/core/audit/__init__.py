"""The audit log: who did what, and who was refused."""
