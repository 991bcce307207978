"""Source files: papers and images as uploaded, stored once by their hash, and their pages as images."""
