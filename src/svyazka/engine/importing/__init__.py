"""Tables that people keep by hand, brought in: which column is what, what a cell says, what an edited export changes, what is there twice.

Pure: the table is read, shown and saved elsewhere. ``columns`` guesses, ``cells`` reads, ``merging`` compares, ``duplicates`` groups;
``codes`` lists everything that can be wrong.
"""
