"""Data to try things with: the demo, and as much more as one likes."""
