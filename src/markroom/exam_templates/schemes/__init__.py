"""Reading a mark scheme PDF beside a template."""
