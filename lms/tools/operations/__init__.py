"""What an operator does with a whole installation: back it up, restore it, and rehearse that."""
