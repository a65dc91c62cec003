"""What somebody who operates a server sees of it: clock, health, metrics, logs."""
