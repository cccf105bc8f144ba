"""Data to try things with: the demo, and any amount of generated data."""
