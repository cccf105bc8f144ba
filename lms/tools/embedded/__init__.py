"""Real PostgreSQL and Valkey servers for development and tests, on loopback TCP.

`python -m lms.tools.embedded -- command …` runs a command beside throw-away servers.
"""
