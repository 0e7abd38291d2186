"""Planners: a question becomes an `Interpretation`. `rules` needs nothing but the model; others may follow."""
