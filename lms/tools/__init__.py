"""What a person runs: development servers, demo data, backups, measurements."""
