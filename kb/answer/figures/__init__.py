"""How much, by when: the ledger of targets, tables and prose that print values."""
