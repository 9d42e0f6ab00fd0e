"""The parts of the page for trainees: practice, terms, reading beside the parents, the learner's record."""
