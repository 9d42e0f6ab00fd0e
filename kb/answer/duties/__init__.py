"""Who is responsible, who has to do what: the ledger of duties, and prose that says it."""
