"""Measure the answers: gold questions in, scores by type and the list of failures out."""
