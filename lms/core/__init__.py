"""Machinery: it knows no word of the product, and every domain stands on it."""
