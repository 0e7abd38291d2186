"""Engines: connection and session settings only; the SQL comes from `semantic_layer`. Each is loaded by name."""
