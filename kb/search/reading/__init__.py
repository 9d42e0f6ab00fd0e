"""A question read: its words put right, what it names, and the kind of answer it asks for."""
