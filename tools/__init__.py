"""What developers run on the product: checks, generated pages, a PostgreSQL to test on."""
