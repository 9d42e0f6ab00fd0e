"""SAY: compose a draft from evidence, and let nothing through that its quotes do not prove."""
