"""A table on its way in by the pages: handed in, its columns settled, looked at by the worker, decided on, brought in."""
