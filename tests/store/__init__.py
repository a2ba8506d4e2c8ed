"""The record, on SQLite and on PostgreSQL alike."""
