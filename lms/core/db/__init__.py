"""PostgreSQL: pools, transactions, and one SQL file for each query."""
