"""Long work: a row people can follow beside the queue that carries it."""
