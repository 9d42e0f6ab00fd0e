"""The document itself: its record, its outline, where something stands in it."""
