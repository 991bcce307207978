"""Pages for people: HTML rendered here, with a small machine of TypeScript where one is needed."""
