"""What identity touches outside its own tables."""
