"""Speed, memory and known-item retrieval against the pipeline a user would otherwise assemble; ``make bench``."""
