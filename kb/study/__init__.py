"""What follows from several documents read together: values in force, alignment, findings."""
