"""The board: open deals by stage, moved on through the same gate as everywhere."""
