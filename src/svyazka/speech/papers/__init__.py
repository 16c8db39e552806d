"""Papers: what of Svyazka works without Svyazka, on a wall or on a table. A paper is a template, its words and ``setting.py``."""
