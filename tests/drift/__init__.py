"""The labelled corpus of drift: shops, changes that matter, changes that do not."""
