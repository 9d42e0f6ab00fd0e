"""FIND: understand a question and rank the clauses of the library for it."""
