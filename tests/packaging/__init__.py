"""What is delivered: the wheel as somebody installs it, and the locks."""
