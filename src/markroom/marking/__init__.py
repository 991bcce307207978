"""Items handed out one at a time, the marks given to them, and every change kept."""
