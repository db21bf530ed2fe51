"""The archive as tables: a row model, an index in SQLite with full text, read-only SQL."""
