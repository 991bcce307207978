"""What is drawn on the pages of a template: its questions, areas and boundaries."""
