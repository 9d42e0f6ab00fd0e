"""A file in, a parsed Document out. Knows nothing of databases, networks or language models."""
