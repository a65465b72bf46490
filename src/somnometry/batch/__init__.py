"""Folders of recordings and scorings to tables, and tables to folders: the batch."""
