"""A team's own table is brought in: read from whatever file it lies in, safely."""
