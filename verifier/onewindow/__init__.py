"""Judges the papers of One Window by docs/format.md, offline. It shares no line with the verifier of the product."""
