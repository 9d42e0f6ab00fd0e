"""What the text says, in its own sentences."""
