"""A whole ledger, or every place that tells of a thing."""
