"""Stored queries, one question for each file."""
