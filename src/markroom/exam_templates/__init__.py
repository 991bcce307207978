"""Exam templates: what a paper asks, where each question begins and where it is answered."""
